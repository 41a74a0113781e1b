internal import CConvokeSystem
import Synchronization

/// What to look for among the processes of this machine.
struct ProcessSearch: Sendable {
  /// A process group.
  var group: Int32
  /// A mark in the environment; 0 looks for the members of the group alone.
  var mark: UInt64
  /// Processes that belong to it for sure, with their start times.
  var known: [Int32: Int64]
}

/// Looks at all processes of this machine, once for everybody who wants to know.
///
/// Looking at a thousand processes takes some milliseconds, and a thousand may be ended at once. So
/// searches wait for the next look, and looks take a fifth of the time, unless that were to keep them
/// waiting, on a thread of their own.
final class ProcessSweep: Sendable {
  static let shared = ProcessSweep()

  typealias Answer = @Sendable ([Int32: Int64]) -> Void

  private struct State {
    var waiting: [(search: ProcessSearch, answer: Answer)] = []
    var isScheduled = false
    var next = ContinuousClock.now
  }

  private static let shortestPause = Duration.milliseconds(10)
  private static let longestPause = Duration.milliseconds(100)

  private let state = Mutex(State())
  private let thread = WorkThread()

  /// Looks for processes, soon.
  ///
  /// - Parameters:
  ///   - search: What to look for.
  ///   - answer: Called on the thread of the reactor with the living processes of the group and, where
  ///     there is a mark, those that have it, those that are known, and all that were started by one of
  ///     these; with the start time of each.
  func look(for search: ProcessSearch, _ answer: @escaping Answer) {
    let pause = self.state.withLock { state -> Duration? in
      state.waiting.append((search, answer))
      if state.isScheduled { return nil }
      state.isScheduled = true
      return max(.zero, ContinuousClock.now.duration(to: state.next))
    }
    guard let pause else { return }
    Reactor.shared.schedule(after: pause) { self.thread.add { self.sweep() } }
  }

  private func sweep() {
    let begin = ContinuousClock.now
    let waiting = self.state.withLock { state in
      defer { state.waiting = [] }
      state.isScheduled = false
      return state.waiting
    }
    let wantsMarks = waiting.contains { $0.search.mark != 0 }
    let found = Self.find(waiting.map(\.search), in: Self.processes(wantsMarks: wantsMarks))
    Reactor.shared.execute { for (one, left) in zip(waiting, found) { one.answer(left) } }
    let cost = begin.duration(to: .now)
    let pause = min(max(Self.shortestPause, cost * 4), Self.longestPause)
    self.state.withLock { $0.next = .now.advanced(by: pause) }
  }

  /// Looks for what a process has started and what that has, at once; with the start time of each.
  static func descendants(of process: Int32) -> [Int32: Int64] {
    let found = unsafe self.list(64) { unsafe convoke_descendants(process, $0, $1) }
    return Dictionary(found.map { ($0.pid, $0.start) }) { $1 }
  }

  private static func processes(wantsMarks: Bool) -> [convoke_process] {
    unsafe self.list(1024) { unsafe convoke_processes($0, $1, wantsMarks ? 1 : 0) }
  }

  // Until there is room for all.
  private static func list(
    _ capacity: Int,
    _ fill: (UnsafeMutablePointer<convoke_process>?, Int32) -> Int32
  ) -> [convoke_process] {
    var capacity = capacity
    while true {
      var count = 0
      let list = unsafe [convoke_process](unsafeUninitializedCapacity: capacity) { buffer, filled in
        count = unsafe Int(fill(buffer.baseAddress, Int32(capacity)))
        filled = min(count, capacity)
      }
      if count <= capacity { return list }
      capacity = count + count / 4
    }
  }

  private static func find(
    _ searches: [ProcessSearch],
    in processes: [convoke_process]
  ) -> [[Int32: Int64]] {
    var owners = Owners(searches)
    var heirs: [Int32: [Int]] = [:]
    for (index, process) in processes.enumerated() {
      heirs[process.parent, default: []].append(index)
    }
    var found = processes.indices.flatMap { index in
      owners.of(processes[index]).map { (owner: $0, index: index) }
    }
    var left = [[Int32: Int64]](repeating: [:], count: searches.count)
    var seen = [Set<Int>](repeating: [], count: searches.count)
    while let (owner, index) = found.popLast() {
      guard seen[owner].insert(index).inserted else { continue }
      let process = processes[index]
      if process.isAlive { left[owner][process.pid] = process.start }
      if searches[owner].mark == 0 { continue }
      found += (heirs[process.pid] ?? []).map { (owner, $0) }
    }
    return left
  }
}

/// The searches that a process is an answer to, by what shows it.
private struct Owners {
  private var groups: [Int32: Int] = [:]
  private var marks: [UInt64: Int] = [:]
  private var known: [Int32: [(start: Int64, owner: Int)]] = [:]

  init(_ searches: [ProcessSearch]) {
    for (index, search) in searches.enumerated() {
      self.groups[search.group] = index
      if search.mark != 0 { self.marks[search.mark] = index }
      for (pid, start) in search.known { self.known[pid, default: []].append((start, index)) }
    }
  }

  mutating func of(_ process: convoke_process) -> Set<Int> {
    var owners: Set<Int> = []
    if let owner = self.groups[process.group] { owners.insert(owner) }
    for one in self.known[process.pid] ?? [] where one.start == process.start {
      owners.insert(one.owner)
    }
    for mark in process.allMarks { if let owner = self.marks[mark] { owners.insert(owner) } }
    return owners
  }
}

extension convoke_process {
  fileprivate var isAlive: Bool {
    self.state != CChar(UInt8(ascii: "Z")) && self.state != CChar(UInt8(ascii: "X"))
  }

  fileprivate var allMarks: [UInt64] {
    guard self.mark_count > 0 else { return [] }
    let all = [
      self.marks.0, self.marks.1, self.marks.2, self.marks.3, self.marks.4, self.marks.5,
      self.marks.6, self.marks.7,
    ]
    return Array(all.prefix(Int(self.mark_count)))
  }
}
