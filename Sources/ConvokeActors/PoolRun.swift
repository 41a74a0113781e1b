import Synchronization

/// The work of ``ActorPool/map(_:window:order:_:)``: what is under way, done and waited for.
final class PoolRun<
  Act: SpawnableActor,
  Inputs: Sequence & Sendable,
  Success: Sendable
>: Sendable where Inputs.Element: Sendable {
  private typealias Job = (index: Int, input: Inputs.Element)

  private struct State {
    var inputs: Inputs.Iterator
    var taken = 0
    /// Jobs whose actor was lost.
    var again: [Job] = []
    var running: [Int: Task<Void, Never>] = [:]
    var done: [Int: Result<Success, any Error>] = [:]
    var handedOut = 0
    var reader: CheckedContinuation<Void, Never>?
    var isCancelled = false

    mutating func nextJob() -> Job? {
      if let job = self.again.popLast() { return job }
      guard let input = self.inputs.next() else { return nil }
      defer { self.taken += 1 }
      return (self.taken, input)
    }

    mutating func takeResult(_ order: ResultOrder) -> Result<Success, any Error>? {
      let index = order == .asGiven ? self.handedOut : self.done.keys.min() ?? -1
      guard let result = self.done.removeValue(forKey: index) else { return nil }
      self.handedOut += 1
      return result
    }

    var isDone: Bool { self.running.isEmpty && self.done.isEmpty && self.again.isEmpty }
  }

  private let pool: ActorPool<Act>
  private let window: Int
  private let order: ResultOrder
  private let body: @Sendable (Act, Inputs.Element) async throws -> Success
  private let state: Mutex<State>

  init(_ results: PoolResults<Act, Inputs, Success>) {
    self.pool = results.pool
    self.window = results.window
    self.order = results.order
    self.body = results.body
    // An iterator made in the call is nobody else's, which the compiler cannot see through the copy.
    nonisolated(unsafe) let inputs = results.inputs.makeIterator()
    self.state = unsafe Mutex(State(inputs: inputs))
  }

  func next() async throws -> Success? {
    while true {
      try Task.checkCancellation()
      let (result, isDone) = self.state.withLock { state in
        let result = state.takeResult(self.order)
        self.fill(&state)
        return (result, state.isDone)
      }
      if let result { return try result.get() }
      if isDone { return nil }
      if self.pool.count == 0 { throw ActorPool<Act>.allLost }
      await self.waitForResult()
    }
  }

  func cancel() {
    let tasks = self.state.withLock { state in
      state.isCancelled = true
      return Array(state.running.values)
    }
    for task in tasks { task.cancel() }
  }

  // Starts what there is room for; what is done and not taken keeps its room.
  private func fill(_ state: inout State) {
    while !state.isCancelled,
      state.running.count + state.done.count < self.window * max(1, self.pool.count),
      let member = self.pool.take(atMost: self.window)
    {
      guard let job = state.nextJob() else { return self.pool.giveBack(member) }
      // It lives as long as the iterator, which cancels it.
      state.running[job.index] = Task.detached { await self.work(job, member) }
    }
  }

  private func work(_ job: Job, _ member: Int) async {
    let result: Result<Success, any Error>
    do {
      result = .success(try await self.pool.call(member) { try await self.body($0, job.input) })
    } catch {
      result = .failure(error)
    }
    let reader = self.state.withLock { state in
      state.running[job.index] = nil
      if case .failure(let error as ActorError) = result, error.code == .lost, self.pool.count > 0 {
        state.again.append(job)
      } else {
        state.done[job.index] = result
      }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  private func waitForResult() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayWait = self.state.withLock { state in
          let isReady =
            self.order == .asGiven ? state.done[state.handedOut] != nil : !state.done.isEmpty
          if isReady || state.running.isEmpty || Task.isCancelled { return false }
          state.reader = continuation
          return true
        }
        if !mayWait { continuation.resume() }
      }
    } onCancel: {
      let reader = self.state.withLock { state in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume()
    }
  }
}
