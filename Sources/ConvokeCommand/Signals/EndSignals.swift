import Dispatch
import Glibc

/// Turns the signals that ask a program to end into an interruption.
struct EndSignals {
  private let sources: [any DispatchSourceSignal]

  /// Starts to watch.
  init(_ interruption: Interruption) {
    let queue = DispatchQueue(label: "convoke.signals")
    self.sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { interruption.request(.signal(number)) }
      source.resume()
      return source
    }
  }

  /// Ends the watch; the signals are ignored from then on, as the program is about to end.
  func stop() {
    for source in self.sources { source.cancel() }
  }
}
