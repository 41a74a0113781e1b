internal import CConvokeSystem
import ConvokeGateway
import ConvokeProcess
import Glibc

/// What is printed in this process, on its way home.
struct WorkerOutput {
  private let pipes: [(read: Int32, stream: OutputStream)]

  /// Takes standard output and error over: before anything can print.
  static func takeOver() -> WorkerOutput {
    var pipes: [(Int32, OutputStream)] = []
    for (number, stream) in [(STDOUT_FILENO, OutputStream.stdout), (STDERR_FILENO, .stderr)] {
      guard let pipe = Descriptor.makePipe() else { continue }
      dup2(pipe.write, number)
      Descriptor.close(pipe.write)
      Descriptor.setNonBlocking(pipe.read)
      pipes.append((pipe.read, stream))
    }
    // What is printed is sent by the line, not when a buffer is full.
    convoke_buffer_lines()
    return WorkerOutput(pipes: pipes)
  }

  /// Sends home what is printed, from the start.
  func route(to gateway: Gateway) {
    for (pipe, stream) in self.pipes {
      // It lives as long as the process.
      Task.detached { await Self.pump(pipe, stream, gateway) }
    }
  }

  private static func pump(_ pipe: Int32, _ stream: OutputStream, _ gateway: Gateway) async {
    while await self.isReadable(pipe) {
      let (transfer, bytes) = Descriptor.read(pipe)
      if transfer == .ended { return }
      if !bytes.isEmpty { await gateway.sendOutput(bytes, of: stream) }
    }
  }

  private static func isReadable(_ pipe: Int32) async -> Bool {
    await withCheckedContinuation { continuation in
      let isWatched = Reactor.shared.watch(pipe, for: .readable) { _ in
        Reactor.shared.unwatch(pipe)
        continuation.resume(returning: true)
      }
      if !isWatched { continuation.resume(returning: false) }
    }
  }
}
