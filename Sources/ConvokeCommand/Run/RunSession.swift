import ConvokeFleet
import ConvokeProcess
import Glibc

/// Carries out one action of the command: shows what happens, acts on signals, sums up.
struct RunSession {
  /// Where to write.
  var console = Console.shared
  /// Whether nothing but the output of the hosts is shown.
  var isQuiet = false
  /// Whether there is a single host, whose status and messages are passed on as they are.
  var isAlone = false
  /// What Ctrl-C says when it only ends the reading of jobs; else it ends what runs.
  var detachNote: String?

  private static let progressDelay: Duration = .seconds(1)
  private static let progressInterval: Duration = .milliseconds(250)

  /// Carries out an action.
  ///
  /// - Returns: The report, and why the run ended before its time, if it did.
  func perform(
    _ action: FleetAction,
    on fleet: Fleet,
    options: FleetOptions,
    renderer: some RunRenderer & Sendable
  ) async -> (report: FleetReport?, reason: Interruption.Reason?) {
    let tracker = RunTracker()
    let interruption = Interruption()
    let watch = SignalWatch(
      tracker: tracker,
      interruption: interruption,
      console: self.console,
      detachNote: self.detachNote
    )
    interruption.watch(self.console)
    let report = await withTaskGroup(of: FleetReport??.self) { group in
      group.addTask {
        await self.follow(fleet.events(for: action, options: options), tracker, renderer)
      }
      group.addTask {
        await interruption.wait()
        return nil
      }
      if self.showsProgress { group.addTask { await self.showProgress(tracker) } }
      var report: FleetReport?
      // The end of the run, or the wish to end it, whichever comes first: what is left is cancelled.
      for await result in group {
        if let result { report = result }
        group.cancelAll()
      }
      return report
    }
    watch.stop()
    if self.showsProgress { self.console.show(nil) }
    let isDetached = self.detachNote != nil && interruption.reason == .user
    if let report, !self.isQuiet, !isDetached, interruption.reason != .brokenPipe {
      for line in FailureSummary.lines(report, isAlone: self.isAlone) {
        await self.console.print(line, to: .errors)
      }
    }
    await self.console.flush()
    return (report, interruption.reason)
  }

  private func follow(
    _ events: FleetEvents,
    _ tracker: RunTracker,
    _ renderer: some RunRenderer & Sendable
  ) async -> FleetReport? {
    var renderer = renderer
    var report: FleetReport?
    for await event in events {
      tracker.note(event)
      await renderer.show(event)
      if case .finished(let whole) = event { report = whole }
    }
    return report
  }

  private var showsProgress: Bool { !self.isQuiet && isatty(STDERR_FILENO) == 1 }

  // Only cancelled, never ends by itself.
  private func showProgress(_ tracker: RunTracker) async -> FleetReport?? {
    var pause = RunSession.progressDelay
    while (try? await Task.sleep(for: pause)) != nil {
      self.console.show(tracker.summary)
      pause = RunSession.progressInterval
    }
    return nil
  }
}
