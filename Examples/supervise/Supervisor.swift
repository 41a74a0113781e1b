import ConvokeGateway
import ConvokeProcess
import ConvokeServices

/// Keeps one service running on one host.
///
/// Each start has a gateway of its own: a lost host is a failure like any other, and the end of the
/// gateway is the end of all that the service has started. When this task is cancelled, or this
/// program is killed, the service ends as well; so it does, after 20 seconds, when the link is cut.
struct Supervisor: Sendable {
  /// How the host is reached.
  var spec: GatewaySpec
  /// The service, which stays in the foreground.
  var service: Command
  /// Whether it is well, if that is more than running.
  var check: HealthCheck?
  /// When it is started again.
  var policy = RestartPolicy()
  /// Gets each change.
  var report: @Sendable (ServiceState) -> Void

  /// Keeps the service running until it fails once too often or the task is cancelled.
  ///
  /// - Returns: Whether it was cancelled: nothing of the service is left then, either.
  func run() async -> Bool {
    var failures = 0
    while true {
      self.report(.starting)
      let start = ContinuousClock.now
      let reason = await self.runOnce()
      if Task.isCancelled { break }
      failures = start.duration(to: .now) > self.policy.forgetting ? 1 : failures + 1
      if failures > self.policy.limit {
        self.report(.abandoned(reason))
        return false
      }
      let delay = self.policy.delay(after: failures)
      self.report(.failed(reason, times: failures, restartAfter: delay))
      do { try await Task.sleep(for: delay) } catch { break }
    }
    self.report(.stopped)
    return true
  }

  /// Runs the service once, and says why it does not run any more.
  private func runOnce() async -> String {
    do {
      return try await withGroup { group in
        let gateway = try await group.open(self.spec)
        return try await gateway.start(self.service) { process in
          await process.waitUntilStarted()
          if let id = process.id { self.report(.running(id)) }
          return try await self.watch(process, on: gateway)
        }
      }
    } catch {
      return "\(error)"
    }
  }

  /// Waits until the service has ended or is not well.
  private func watch(_ process: RunningProcess, on gateway: Gateway) async throws -> String {
    try await withThrowingTaskGroup(of: String.self) { tasks in
      defer { tasks.cancelAll() }
      tasks.addTask { "\(try await process.wait().outcome)" }
      if let check = self.check {
        tasks.addTask { try await check.watch(gateway) { self.report(.healthy) } }
      }
      return try await tasks.next() ?? ""
    }
  }
}
