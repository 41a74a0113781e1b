/// Waits until a condition holds, and says whether it came to hold in time.
///
/// For conditions that nothing announces, such as the end of somebody else's process. It and
/// ``settled(within:_:)`` are the only places of the tests that sleep.
///
/// - Parameters:
///   - limit: How long to wait at most.
///   - condition: What is asked every 20 milliseconds.
/// - Returns: Whether the condition held within the limit.
/// - Throws: What the condition throws, or `CancellationError`.
package func eventually(
  within limit: Duration = .seconds(30),
  _ condition: () async throws -> Bool
) async throws -> Bool {
  let start = ContinuousClock.now
  while true {
    if try await condition() { return true }
    if start.duration(to: .now) > limit { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// Waits until a value that only grows stays the same for half a second, as nothing announces that
/// somebody waits.
///
/// - Parameters:
///   - limit: How long to wait at most.
///   - value: What is asked every 20 milliseconds.
/// - Returns: The value that stayed, or the last one.
/// - Throws: What the question throws, or `CancellationError`.
package func settled<Value: Equatable>(
  within limit: Duration = .seconds(20),
  _ value: () async throws -> Value
) async throws -> Value {
  var (last, times) = (try await value(), 0)
  _ = try await eventually(within: limit) {
    let now = try await value()
    times = now == last ? times + 1 : 0
    last = now
    return times >= 25
  }
  return last
}
