import ConvokeFleet
import ConvokeSweep
import Glibc

/// Executes combinations for the command: shows what happens, acts on signals, sums up.
struct SweepSession {
  var console = Console.shared
  var display: SweepDisplay
  var showsProgress: Bool

  private static let progressDelay: Duration = .seconds(1)
  private static let progressInterval: Duration = .milliseconds(250)

  /// Executes what waits in a store, and returns the exit status.
  func perform(
    _ store: SweepStore,
    _ options: SweepRunOptions,
    _ gateways: GatewayConnections
  ) async throws -> Int32 {
    let tracker = SweepTracker()
    let interruption = Interruption()
    let watch = SignalWatch(tracker: tracker, interruption: interruption, console: self.console)
    interruption.watch(self.console)
    let display = self.display
    let runner = SweepRunner(store, options: options, gateways: gateways) { event in
      tracker.note(event)
      await display.show(event)
    }
    let outcome = await self.race(runner, tracker, interruption)
    watch.stop()
    if self.isProgressShown { self.console.show(nil) }
    guard let outcome else { return ExitStatus.internal }
    let report = try outcome.get()
    await self.display.finish(report)
    await self.console.flush()
    if let reason = interruption.reason { return reason.status }
    return Self.status(report)
  }

  private var isProgressShown: Bool {
    self.showsProgress && !self.display.isJSON && isatty(STDERR_FILENO) == 1
  }

  private func race(
    _ runner: SweepRunner,
    _ tracker: SweepTracker,
    _ interruption: Interruption
  ) async -> Result<SweepRunReport, SweepError>? {
    await withTaskGroup(of: Result<SweepRunReport, SweepError>?.self) { group in
      group.addTask {
        do throws(SweepError) {
          return .success(try await runner.run())
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        await interruption.wait()
        return nil
      }
      if self.isProgressShown {
        group.addTask {
          var pause = Self.progressDelay
          while (try? await Task.sleep(for: pause)) != nil {
            self.console.show(tracker.summary)
            pause = Self.progressInterval
          }
          return nil
        }
      }
      var outcome: Result<SweepRunReport, SweepError>?
      for await result in group {
        if let result { outcome = result }
        group.cancelAll()
      }
      return outcome
    }
  }

  private static func status(_ report: SweepRunReport) -> Int32 {
    if report.stopped != nil { return ExitStatus.stopped }
    if report.timedOut > 0 { return ExitStatus.timedOut }
    // Hosts that were left out matter only where something is left undone.
    if !report.lostHosts.isEmpty, report.statistics[.todo] > 0 { return ExitStatus.unreachable }
    return report.statistics[.failed] > 0 ? ExitStatus.failed : ExitStatus.success
  }
}
