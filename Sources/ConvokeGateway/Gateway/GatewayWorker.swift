import ConvokeProcess

/// What runs a worker: a process of this machine, or one started through another gateway.
package protocol GatewayWorker: Sendable {
  /// Waits for the end of the worker.
  ///
  /// - Parameter limit: How long to wait.
  /// - Returns: How it ended, in words; `nil` if it did not within the limit.
  func waitForEnd(within limit: Duration) async -> String?
  /// Ends the worker and all its children at once.
  func kill() async
}

/// A worker that is a process of this machine.
struct LocalWorker: GatewayWorker {
  let process: RunningProcess

  func waitForEnd(within limit: Duration) async -> String? {
    guard let result = try? await self.process.wait(within: limit) else { return nil }
    let words = result.stderr.trimmedText.suffix(2000)
    return words.isEmpty ? "\(result.outcome)" : "\(result.outcome): \(words)"
  }

  func kill() async { await self.process.terminate() }
}
