import ConvokeHosts
import Dispatch
import Glibc
import Synchronization

/// Acts on signals while a run goes on.
///
/// The first `SIGINT` tells who is still running, the second ends the run, the third leaves at once;
/// with a note of detaching the first one ends the run.
/// `SIGTERM` and `SIGHUP` end the run; `SIGUSR1` prints the table of states.
struct SignalWatch {
  private let sources: [any DispatchSourceSignal]

  /// Starts to watch.
  init(
    tracker: some RunningHosts,
    interruption: Interruption,
    console: Console,
    detachNote: String? = nil
  ) {
    let queue = DispatchQueue(label: "convoke.signals")
    let counter = InterruptCounter(tracker, interruption, console, detachNote)
    let actions: [(Int32, @Sendable () -> Void)] = [
      (SIGINT, { counter.add() }),
      (SIGTERM, { interruption.request(.signal(SIGTERM)) }),
      (SIGHUP, { interruption.request(.signal(SIGHUP)) }),
      (SIGUSR1, { for line in tracker.table { console.note(line) } }),
    ]
    self.sources = actions.map { number, action in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: action)
      source.resume()
      return source
    }
  }

  /// Ends the watch; the signals are ignored from then on, as the program is about to end.
  func stop() {
    for source in self.sources { source.cancel() }
  }
}

/// Knows which hosts are at work.
protocol RunningHosts: Sendable {
  /// The hosts that run something.
  var running: [Host] { get }
  /// A table of what is going on, a line each.
  var table: [String] { get }
}

extension RunTracker: RunningHosts {}

/// Counts the interrupts of one run; used on the queue of the signals alone.
private final class InterruptCounter: Sendable {
  private let tracker: any RunningHosts
  private let interruption: Interruption
  private let console: Console
  private let detachNote: String?
  private let count = Atomic(0)

  init(
    _ tracker: any RunningHosts,
    _ interruption: Interruption,
    _ console: Console,
    _ detachNote: String?
  ) {
    self.detachNote = detachNote
    self.tracker = tracker
    self.interruption = interruption
    self.console = console
  }

  func add() {
    let number = self.count.add(1, ordering: .relaxed).newValue
    let running = self.tracker.running
    switch number {
    case 1 where self.detachNote != nil:
      self.console.note("convoke: \(self.detachNote ?? "")")
      self.interruption.request(.user)
      self.count.store(2, ordering: .relaxed)
    case 1 where !running.isEmpty:
      let hosts = "\(HostSet(running).folded) (\(running.count))"
      self.console.note("convoke: still running: \(hosts); Ctrl-C again ends them")
    case ...2:
      self.console.note("convoke: ending what runs; Ctrl-C again leaves at once")
      self.interruption.request(.user)
      self.count.store(2, ordering: .relaxed)
    default:
      // What runs here is ended by its guard, what runs elsewhere by the watchdog there.
      _exit(ExitStatus.interrupted)
    }
  }
}
