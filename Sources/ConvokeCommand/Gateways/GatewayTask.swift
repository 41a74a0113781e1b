import ConvokeGateway
import ConvokeProcess
import ConvokeWire

/// Code on one gateway, seen as a process: its items and its output are the process's output.
final class GatewayTask: ProcessControl {
  private let process: RunningProcess
  private let feed: ProcessFeed

  init(_ process: RunningProcess) {
    self.process = process
    self.feed = ProcessFeed(process)
  }

  /// Opens the gateway, runs the code to its end and ends the gateway.
  func start(_ body: @escaping @Sendable (GatewayTask) async -> ProcessEnd) {
    self.feed.start { await body(self) }
  }

  /// Notes that the gateway is open.
  func didOpen() { self.process.didStart(id: nil) }

  /// Passes on what the worker wrote; waits for nobody.
  func take(_ bytes: [UInt8], on stream: OutputStream) { self.feed.deliver(bytes, on: stream) }

  /// Passes on an item, and waits until the reader has room for the next one.
  func take(_ item: WireValue) async {
    self.take(WireJSON.line(item), on: .stdout)
    await self.feed.waitForRoom(on: .stdout)
  }

  /// Refuses: the code has no standard input.
  func write(_ bytes: [UInt8]) async throws {
    throw ProcessError(.inputClosed, "code on a gateway has no standard input")
  }

  /// Does nothing.
  func closeInput() {}

  /// Ends the code for any signal that ends processes.
  func send(_ signal: Signal) { self.abandon() }

  /// Ends the code.
  func terminate(_ sequence: TerminationSequence) { self.abandon() }

  /// Stops or resumes taking items.
  func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    self.feed.setPaused(isPaused, stream)
  }

  /// Does nothing: there is no terminal.
  func resize(rows: UInt16, columns: UInt16) {}

  /// Ends the code.
  func abandon() { self.feed.cancel() }
}
