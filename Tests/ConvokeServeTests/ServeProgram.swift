import ConvokeProcess
import Foundation
import Testbed
import Testing

/// `convoke serve` as users start it, and the Python with genuine execnet.
enum ServeProgram {
  /// The path of the program: beside the tests, or else in the package.
  static let path: String = {
    let folder = Bundle.main.bundleURL.path
    if FileManager.default.fileExists(atPath: "\(folder)/convoke") { return "\(folder)/convoke" }
    return Tool.packageFolder.appending(path: ".build/debug/convoke").path
  }()

  /// The Python that `scripts/setup-tests` installs.
  static let python = Tool.packageFolder.appending(path: ".venv/bin/python").path

  /// The server, while it runs.
  struct Running {
    /// The process of the server.
    var process: RunningProcess
    /// The port it listens on.
    var port: Int
    /// Its folder, which is the working directory of its workers.
    var folder: URL

    /// Waits until a text has been logged.
    func logged(_ text: String) async throws {
      try await self.process.expect(.text(text), on: .stderr, within: .seconds(60))
    }
  }

  /// A call of the program that ends after some minutes whatever happens.
  static func command(_ arguments: [String]) -> Command {
    Command(arguments: [Self.path, "serve"] + arguments).with {
      $0.environment = ["CONVOKE_CONFIG": ""]
      $0.deadline = .seconds(170)
    }
  }

  /// Runs a server on a free port of the loopback interface for the length of a scope.
  static func serving<Answer>(
    _ arguments: [String] = [],
    python: String = Self.python,
    address: String = "127.0.0.1",
    _ body: (Running) async throws -> Answer
  ) async throws -> Answer {
    try await TemporaryFolder.withFolder { folder in
      let words = ["--listen", "\(address):0", "--python", python] + arguments
      let command = Self.command(words).with { $0.directory = folder.path }
      return try await command.start { process in
        try await process.expect("listening on ", on: .stdout, within: .seconds(60))
        let line = try await process.expect("\n", on: .stdout, within: .seconds(60))
        let port = try #require(Int(line.before.split(separator: ":").last ?? ""))
        return try await body(Running(process: process, port: port, folder: folder))
      }
    }
  }

  /// Waits until a server that was asked to end has ended, and that nothing of it is left.
  static func expectNothingLeft(of running: Running, workers: [Int32]) async throws {
    let result = try await running.process.wait(within: .seconds(30))
    #expect(result.outcome == .exited(0))
    for worker in workers {
      #expect(try await eventually(within: .seconds(10)) { kill(worker, 0) != 0 })
    }
  }
}
