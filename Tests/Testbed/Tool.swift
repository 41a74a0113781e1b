package import Foundation

/// Runs programs of this machine for the tests, without any code of the library under test.
package enum Tool {
  /// What a program has left behind.
  package struct Result: Sendable, Equatable {
    /// The exit code, or 128 and the number of the signal that ended the program.
    package var status: Int32
    /// All that was written to standard output.
    package var output: String
    /// All that was written to standard error.
    package var errors: String
  }

  /// A program that could not be started, or a script of the testbed that failed.
  package struct ScriptFailure: Error, CustomStringConvertible {
    /// The script, its status and what it printed on standard error.
    package var description: String

    /// Makes a failure.
    package init(description: String) { self.description = description }
  }

  /// Runs a program with no input and waits until it has ended, without blocking a task's thread.
  ///
  /// What the program leaves running does not delay the answer, even if it keeps the output open.
  /// Cancelling the task does not end the program: give it a limit with `timeout`.
  package static func run(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:]
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: programs that are waited for must not use up a pool of threads.
      Thread.detachNewThread {
        continuation.resume(
          with: Swift.Result {
            try self.runAndWait(program, arguments, environment: environment)
          }
        )
      }
    }
  }

  /// Runs a script of the folder `scripts` and returns its standard output; throws if it fails.
  @discardableResult
  package static func runScript(_ name: String, _ arguments: [String]) async throws -> String {
    try self.checked(name, await self.run(self.script(name), arguments))
  }

  /// Runs a script as ``runScript(_:_:)`` does, blocking the thread.
  @discardableResult
  static func runScriptAndWait(_ name: String, _ arguments: [String]) throws -> String {
    try self.checked(name, self.runAndWait(self.script(name), arguments))
  }

  /// The folder of the package.
  package static let packageFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func script(_ name: String) -> String {
    self.packageFolder.appending(components: "scripts", name).path
  }

  private static func checked(_ name: String, _ result: Result) throws -> String {
    if result.status == 0 { return result.output }
    throw ScriptFailure(description: "\(name) ended with \(result.status): \(result.errors)")
  }

  private static func runAndWait(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:]
  ) throws -> Result {
    // Files and not pipes: a process left in the background would keep a pipe open.
    try TemporaryFolder.withFolder { folder in
      let output = folder.appending(component: "output")
      let errors = folder.appending(component: "errors")
      let settings = environment.map { "\($0.key)=\($0.value)" }
      let status = try spawnAndWait(
        ["/usr/bin/env"] + settings + [program] + arguments,
        environment: ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" },
        output: output.path,
        errors: errors.path
      )
      return Result(
        status: status,
        output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
      )
    }
  }
}
