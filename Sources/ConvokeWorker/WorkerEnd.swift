import ConvokeGateway
import ConvokeProcess
import Glibc

/// The end of a worker: its tasks are cancelled and have a little time, then the process is gone.
enum WorkerEnd {
  static func end(_ gateway: Gateway, within grace: Duration) async -> Never {
    await gateway.join()
    // Tasks that compute may hold all threads of the pool: the reactor has one of its own.
    Reactor.shared.schedule(after: grace) { _exit(1) }
    await gateway.waitForTasks(within: grace)
    _exit(0)
  }
}
