/// What happens while an action runs over a fleet, event by event.
///
/// The action begins with the iteration. It waits for a slow reader: 256 events or
/// 1 MiB of output wait at most, after that nothing more is read from the hosts. Leaving the loop
/// ends what runs on the hosts, and nobody waits for that. When the task is cancelled what runs is
/// ended too, and the sequence goes on to its `finished` event with the report. It is for one
/// reader; to have the action end with a scope use ``Fleet/perform(_:options:onEvent:)``.
public struct FleetEvents: AsyncSequence, Sendable {
  typealias Listener = @Sendable (FleetEvent) async -> Void

  private let run: @Sendable (@escaping Listener) async -> FleetReport

  init(_ run: @escaping @Sendable (@escaping Listener) async -> FleetReport) { self.run = run }

  /// Makes the iterator, each of which carries out the action once.
  public func makeAsyncIterator() -> Iterator { Iterator(Producer(self.run)) }

  /// Hands out event after event.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    private let producer: Producer
    private var ready: ArraySlice<FleetEvent> = []

    init(_ producer: Producer) { self.producer = producer }

    /// Waits for the next event; `nil` after the last.
    public mutating func next() async -> FleetEvent? {
      if self.ready.isEmpty { self.ready = await self.producer.next()[...] }
      return self.ready.popFirst()
    }
  }

  /// The action that goes on for as long as somebody reads.
  final class Producer: Sendable {
    private let channel: EventChannel
    private let task: Task<Void, Never>

    init(_ run: @escaping @Sendable (@escaping Listener) async -> FleetReport) {
      let channel = EventChannel()
      self.channel = channel
      // Not a child of the reader, which has no scope; it ends when the reader leaves.
      self.task = Task {
        _ = await run { await channel.send($0) }
        channel.finish()
      }
    }

    deinit {
      self.channel.close()
      self.task.cancel()
    }

    func next() async -> [FleetEvent] {
      await withTaskCancellationHandler {
        await self.channel.receive()
      } onCancel: {
        self.task.cancel()
      }
    }
  }
}
