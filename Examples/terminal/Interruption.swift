import Dispatch
import Glibc

/// Runs the body, and cancels it on Ctrl-C, `SIGTERM` and `SIGHUP`.
///
/// The signals are ignored afterwards, as the program is about to end.
///
/// - Parameter body: What to run.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
public func cancelledBySignals<Success: Sendable>(
  _ body: @escaping @Sendable () async throws -> Success
) async throws -> Success {
  let task = Task { try await body() }
  let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
    _ = signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { task.cancel() }
    source.resume()
    return source
  }
  defer { for source in sources { source.cancel() } }
  return try await task.value
}

/// Writes a line about what happens to standard error.
///
/// - Parameter line: The text, without its end.
public func note(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
}
