package import ConvokeProcess
package import Foundation

/// `convoke serve` as users start it.
package enum ServeProgram {
  /// The server, while it runs.
  package struct Running: Sendable {
    /// The process of the server.
    package var process: RunningProcess
    /// The port it listens on.
    package var port: Int
    /// Its folder, which is the working directory of its workers.
    package var folder: URL

    /// Waits until a text has been logged.
    package func logged(_ text: String) async throws {
      try await self.process.expect(.text(text), on: .stderr, within: .seconds(60))
    }
  }

  /// A call of the program that ends after some minutes whatever happens.
  package static func command(_ arguments: [String]) -> Command {
    Command(arguments: [Tool.convoke, "serve"] + arguments).with {
      $0.environment = ["CONVOKE_CONFIG": ""]
      $0.deadline = .seconds(170)
    }
  }

  /// Runs a server on a free port of the loopback interface for the length of a scope.
  ///
  /// - Throws: What the body throws; `ProcessError` if the server does not say where it listens.
  package static func serving<Answer>(
    _ arguments: [String] = [],
    python: String = Tool.execnetPython,
    address: String = "127.0.0.1",
    _ body: (Running) async throws -> Answer
  ) async throws -> Answer {
    try await TemporaryFolder.withFolder { folder in
      let words = ["--listen", "\(address):0", "--python", python] + arguments
      let command = Self.command(words).with { $0.directory = folder.path }
      return try await command.start { process in
        try await process.expect("listening on ", on: .stdout, within: .seconds(60))
        let line = try await process.expect("\n", on: .stdout, within: .seconds(60))
        guard let port = Int(line.before.split(separator: ":").last ?? "") else {
          throw Tool.ScriptFailure(description: "the server listens on '\(line.before)'")
        }
        return try await body(Running(process: process, port: port, folder: folder))
      }
    }
  }
}
