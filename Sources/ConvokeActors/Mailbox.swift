import Synchronization

/// Jobs that are done one after the other, in the order in which they were put in.
final class Mailbox: Sendable {
  private struct State {
    var jobs: [@Sendable () async -> Void] = []
    var isBusy = false
  }

  private let state = Mutex(State())

  func put(_ job: @escaping @Sendable () async -> Void) {
    let isFirst = self.state.withLock { state in
      state.jobs.append(job)
      defer { state.isBusy = true }
      return !state.isBusy
    }
    // It lives until the mailbox is empty.
    if isFirst { Task.detached { await self.work() } }
  }

  private func work() async {
    while true {
      let jobs = self.state.withLock { state in
        defer { state.jobs = [] }
        if state.jobs.isEmpty { state.isBusy = false }
        return state.jobs
      }
      if jobs.isEmpty { return }
      for job in jobs { await job() }
    }
  }
}
