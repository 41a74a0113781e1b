import ConvokeProcess
import ConvokeSweep
import Foundation
import Testbed

/// `convoke sweep watch --serve` as users start it.
enum WatchProgram {
  /// The server, while it runs.
  struct Running: Sendable {
    /// The process of the server.
    var process: RunningProcess
    /// The port it listens on.
    var port: Int
    /// The store it shows, opened to be changed.
    var store: SweepStore

    /// The address of the page.
    var address: String { "http://127.0.0.1:\(self.port)/" }

    /// Calls curl; hands out what it prints.
    func curl(_ words: String...) async throws -> String {
      try await Tool.run("curl", ["--silent", "--max-time", "60"] + words).output
    }

    /// The memory of the server's process in bytes (proc(5), statm).
    var memory: Int {
      let text = try? String(contentsOfFile: "/proc/\(self.pid)/statm", encoding: .utf8)
      let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      return (pages ?? 0) * Int(getpagesize())
    }

    /// How many sockets the server's process has.
    var sockets: Int {
      let folder = "/proc/\(self.pid)/fd"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { name in
        let path = "\(folder)/\(name)"
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        return target?.hasPrefix("socket:") == true
      }.count
    }

    /// The number of the server's process.
    var pid: Int32 { self.process.id ?? 0 }
  }

  /// A call of the program that ends after some minutes whatever happens.
  static func command(_ words: [String], in folder: String) -> Command {
    Command(arguments: [Tool.convoke, "sweep", "watch"] + words).with {
      $0.environment = ["CONVOKE_CONFIG": ""]
      $0.directory = folder
      $0.deadline = .seconds(170)
    }
  }

  /// A script of clients; see `clients.py`.
  static func clients(_ port: Int, _ mode: String, _ count: Int) -> Command {
    let script = #filePath.replacing("WatchProgram.swift", with: "clients.py")
    return Command("python3", script, "\(port)", mode, "\(count)").with {
      $0.deadline = .seconds(120)
    }
  }

  /// Shows a store for the length of a scope.
  static func serving<Answer>(
    _ words: [String] = [],
    sweep: Sweep = ["i": .range(1...10)],
    address: String = "127.0.0.1:0",
    _ body: (Running) async throws -> Answer
  ) async throws -> Answer {
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore("\(folder.path)/results")
      try store.update(to: try sweep.combinations())
      let words = ["results", "--every", "20ms", "--serve", address] + words
      return try await Self.command(words, in: folder.path).start { process in
        try await process.expect("listening on http://", on: .stdout, within: .seconds(60))
        let line = try await process.expect("\n", on: .stdout, within: .seconds(60))
        let number = line.before.split(separator: ":").last?.dropLast()
        guard let port = number.flatMap({ Int($0) }) else {
          throw Tool.ScriptFailure(description: "the page is on '\(line.before)'")
        }
        return try await body(Running(process: process, port: port, store: store))
      }
    }
  }
}
