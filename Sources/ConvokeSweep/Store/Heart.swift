import Dispatch
import Synchronization

/// Calls a function again and again on a queue of its own.
final class Heart: Sendable {
  private let timer: Mutex<any DispatchSourceTimer>

  init(_ interval: Duration) {
    let queue = DispatchQueue(label: "convoke.sweep.heart")
    let timer = DispatchSource.makeTimerSource(queue: queue)
    let nanoseconds =
      Double(interval.components.seconds) * 1e9 + Double(interval.components.attoseconds) / 1e9
    let pause = DispatchTimeInterval.nanoseconds(max(Int(nanoseconds), 1_000_000))
    timer.schedule(deadline: .now() + pause, repeating: pause)
    self.timer = Mutex(timer)
  }

  func start(_ beat: @escaping @Sendable () -> Void) {
    self.timer.withLock { timer in
      timer.setEventHandler(handler: beat)
      timer.activate()
    }
  }

  func stop() { self.timer.withLock { $0.cancel() } }
}
