/// Waits until a condition holds, and says whether it came to hold in time.
///
/// For conditions that nothing announces, such as the end of somebody else's process. It is the
/// only place of the tests that sleeps.
///
/// - Parameters:
///   - limit: How long to wait at most.
///   - condition: What is asked every 20 milliseconds.
/// - Returns: Whether the condition held within the limit.
/// - Throws: What the condition throws, or `CancellationError`.
package func eventually(
  within limit: Duration = .seconds(5),
  _ condition: () async throws -> Bool
) async throws -> Bool {
  let start = ContinuousClock.now
  while true {
    if try await condition() { return true }
    if start.duration(to: .now) > limit { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}
