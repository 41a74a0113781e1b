import ConvokeGateway
import ConvokeProcess
import ConvokeServices

/// A command that succeeds as long as the service is well.
struct HealthCheck: Sendable {
  /// The command, which has a deadline.
  var command: Command
  /// How long to wait between two runs of it.
  var interval = Duration.seconds(5)
  /// How long the service may take until it succeeds for the first time.
  var patience = Duration.seconds(30)
  /// How many failures in a row are one too many, once it has succeeded.
  var limit = 3

  /// Makes a check of a command line of a shell.
  ///
  /// - Parameters:
  ///   - line: The command line.
  ///   - deadline: How long one run may take.
  init(_ line: String, deadline: Duration = .seconds(5)) {
    self.command = Command.shell(line).with { $0.deadline = deadline }
  }

  /// Checks until the service is not well.
  ///
  /// - Parameters:
  ///   - gateway: Where the service runs.
  ///   - becameHealthy: Called once, when the check first succeeds.
  /// - Returns: What is wrong.
  /// - Throws: `CancellationError` when the task is cancelled.
  func watch(_ gateway: Gateway, _ becameHealthy: () -> Void) async throws -> String {
    let start = ContinuousClock.now
    var (hasSucceeded, failures) = (false, 0)
    while true {
      let result = await gateway.run(self.command)
      try Task.checkCancellation()
      if result.isOK {
        if !hasSucceeded { becameHealthy() }
        (hasSucceeded, failures) = (true, 0)
      } else {
        failures += 1
        let isLate = start.duration(to: .now) > self.patience
        if hasSucceeded ? failures >= self.limit : isLate { return "the check \(result.outcome)" }
      }
      try await Task.sleep(for: self.interval)
    }
  }
}
