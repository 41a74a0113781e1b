import Dispatch
import Glibc
import Synchronization

/// Standard output and standard error, with the progress line at their bottom.
///
/// Everything is written in the order it was handed in, by a queue of its own, so that a reader who
/// stops reading stops neither timers nor signals. At most 1 MiB waits; who writes more waits.
final class Console: Sendable {
  /// The console of this process.
  static let shared = Console()

  /// The two files to write to.
  enum File: Int32, Sendable {
    case output = 1
    case errors = 2
  }

  private static let highWater = 1 << 20

  private struct State {
    var pending: [(file: File, bytes: [UInt8])] = []
    var size = 0
    var isDraining = false
    var status: String?
    var isStatusShown = false
    var isBroken = false
    var whenBroken: (@Sendable (Int32) -> Void)?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "convoke.console")

  /// Writes bytes, and waits while too much is on its way.
  func write(_ bytes: [UInt8], to file: File = .output) async {
    self.add(bytes, to: file)
    if self.state.withLock({ $0.size > Console.highWater }) { _ = await self.drained() }
  }

  /// Writes a line of text.
  func print(_ line: String, to file: File = .output) async {
    await self.write(Array((line + "\n").utf8), to: file)
  }

  /// Writes a message to standard error, without waiting: for few and short ones.
  func note(_ message: String) { self.add(Array((message + "\n").utf8), to: .errors) }

  /// Shows a line at the bottom of the terminal, or takes it away; standard error is a terminal.
  func show(_ status: String?) {
    self.state.withLock { $0.status = status }
    self.add([], to: .errors)
  }

  /// Waits until everything is written.
  func flush() async {
    while await !self.drained() {}
  }

  // Waits for the end of a batch; says whether nothing was left to write.
  private func drained() async -> Bool {
    let isIdle = self.state.withLock { $0.pending.isEmpty && !$0.isDraining }
    if isIdle { return true }
    await withCheckedContinuation { continuation in
      let isIdle = self.state.withLock { state in
        if state.isDraining { state.waiters.append(continuation) }
        return !state.isDraining
      }
      if isIdle { continuation.resume() }
    }
    return false
  }

  /// Calls a function once, with the error number, when the output can no longer be written.
  func onBroken(_ action: @escaping @Sendable (Int32) -> Void) {
    self.state.withLock { $0.whenBroken = action }
  }

  private func add(_ bytes: [UInt8], to file: File) {
    let mustStart = self.state.withLock { state in
      if state.isBroken, file == .output { return false }
      if let last = state.pending.indices.last, state.pending[last].file == file {
        state.pending[last].bytes += bytes
      } else {
        state.pending.append((file, bytes))
      }
      state.size += bytes.count
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if mustStart { self.queue.async { self.drain() } }
  }

  private func drain() {
    while true {
      let (batch, status, wasShown) = self.state.withLock { state in
        defer {
          state.pending = []
          state.size = 0
        }
        if state.pending.isEmpty { state.isDraining = false }
        return (state.pending, state.status, state.isStatusShown)
      }
      if batch.isEmpty { break }
      if wasShown { self.put("\r\u{1B}[K", .errors) }
      for part in batch { self.put(part.bytes, part.file) }
      if let status { self.put("\r\u{1B}[K\(status)", .errors) }
      self.state.withLock { $0.isStatusShown = status != nil }
      self.wake()
    }
    self.wake()
  }

  private func wake() {
    let waiters = self.state.withLock { state in
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private func put(_ text: String, _ file: File) { self.put(Array(text.utf8), file) }

  private func put(_ bytes: [UInt8], _ file: File) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(file.rawValue, $0.baseAddress, $0.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var wait = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
      } else if errno != EINTR {
        return self.breakOff(file, errno)
      }
    }
  }

  // Nobody reads the output any more, or the disk is full: go on without it.
  private func breakOff(_ file: File, _ error: Int32) {
    guard file == .output else { return }
    let action = self.state.withLock { state in
      state.isBroken = true
      defer { state.whenBroken = nil }
      return state.whenBroken
    }
    action?(error)
  }
}
