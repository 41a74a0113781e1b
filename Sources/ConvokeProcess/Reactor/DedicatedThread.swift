import Glibc

/// A thread of its own for work that blocks, which must not take a thread of the task pool.
package enum DedicatedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  package static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
    let status = unsafe pthread_create(&thread, nil, { unsafe DedicatedThread.run($0) }, argument)
    precondition(status == 0, "no thread could be started (error \(status))")
    pthread_detach(thread)
  }

  private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    // Signals are for the threads of the program, not for this one.
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
    return nil
  }
}
