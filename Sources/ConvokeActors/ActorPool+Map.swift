import Synchronization

/// In which order results are handed out.
public enum ResultOrder: Sendable {
  /// As they come.
  case asTheyCome
  /// As their inputs.
  case asGiven
}

extension ActorPool {
  /// Does something with each input on some actor, several at a time.
  ///
  /// Inputs whose actor is lost are taken up by another one; an error of the work itself ends the sequence.
  ///
  /// ```swift
  /// for try await count in pool.map(ranges, window: 2, { primes, range in try await primes.count(range) }) {
  ///   total += count
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: The inputs, taken only as there is room for them.
  ///   - window: The most calls under way on each actor; results that nobody has taken count, too.
  ///   - order: In which order the results are handed out.
  ///   - body: What to do with an input.
  /// - Returns: The results; nothing happens before they are asked for, and dropping the iterator cancels
  ///   what is under way.
  public func map<Inputs: Sequence & Sendable, Success: Sendable>(
    _ inputs: Inputs,
    window: Int = 1,
    order: ResultOrder = .asTheyCome,
    _ body: @escaping @Sendable (Act, Inputs.Element) async throws -> Success
  ) -> PoolResults<Act, Inputs, Success> where Inputs.Element: Sendable {
    PoolResults(pool: self, inputs: inputs, window: max(1, window), order: order, body: body)
  }
}

/// The results of ``ActorPool/map(_:window:order:_:)``.
public struct PoolResults<
  Act: SpawnableActor,
  Inputs: Sequence & Sendable,
  Success: Sendable
>: AsyncSequence, Sendable where Inputs.Element: Sendable {
  /// A result.
  public typealias Element = Success

  let pool: ActorPool<Act>
  let inputs: Inputs
  let window: Int
  let order: ResultOrder
  let body: @Sendable (Act, Inputs.Element) async throws -> Success

  /// Makes an iterator, which starts the work.
  public func makeAsyncIterator() -> Iterator { Iterator(PoolRun(self)) }

  /// Hands out the results.
  public final class Iterator: AsyncIteratorProtocol {
    private let run: PoolRun<Act, Inputs, Success>

    init(_ run: PoolRun<Act, Inputs, Success>) { self.run = run }

    deinit { self.run.cancel() }

    /// Waits for the next result; `nil` after the last one.
    public func next() async throws -> Success? { try await self.run.next() }
  }
}

@available(*, unavailable)
extension PoolResults.Iterator: Sendable {}
