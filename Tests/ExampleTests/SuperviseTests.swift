import ConvokeProcess
import Foundation
import Testbed
import Testing

/// The supervised service, while it fails, hangs, and is killed with or without those who watch it.
@Suite(.timeLimit(.minutes(2)))
struct SuperviseTests {
  private static func with(
    _ places: [String],
    _ options: [String],
    _ service: String,
    _ body: (ExampleProcess) async throws -> Void
  ) async throws {
    let words =
      places.flatMap { ["--on", $0] } + ["--delay", "0.1"] + options + [
        "--", "/bin/sh", "-c", service,
      ]
    try await ExampleProcess.with("supervise", words, body)
  }

  private static let places = ["local//id=a", "local//id=b//swift"]

  /// The processes that were reported to run the service, the latest one last.
  private static func ids(_ example: ExampleProcess, _ host: String) -> [Int32] {
    example.lines(.stderr).compactMap { line in
      let prefix = "\(host): running as "
      return line.hasPrefix(prefix) ? Int32(line.dropFirst(prefix.count)) : nil
    }
  }

  @Test func `a service that is killed is started again, and its output goes on`() async throws {
    try await Self.with(Self.places, [], "echo up; exec sleep 1000") { example in
      try await example.wait { Set($0) == ["a: up", "b: up"] }
      for host in ["a", "b"] {
        let first = try #require(Self.ids(example, host).last)
        #expect(kill(first, SIGKILL) == 0)
        try await example.wait { $0.filter { $0 == "\(host): up" }.count == 2 }
        try await example.wait(for: .stderr) { _ in Self.ids(example, host).count == 2 }
        let said = example.lines(.stderr).filter { $0.hasPrefix("\(host): ") }
        #expect(said[2].contains("failed (1): ended by SIGKILL; restart after 0.1 seconds"))
        #expect(!ProcessTable.isAlive(first))
      }
      example.process.send(.terminate)
      #expect(try await example.process.wait(within: .seconds(30)).outcome == .exited(0))
      try await example.wait(for: .stderr) { Set($0).isSuperset(of: ["a: stopped", "b: stopped"]) }
      try await example.expectNothingLeft()
    }
  }

  @Test func `a service that always fails is started with growing delays, then abandoned`()
    async throws
  {
    try await Self.with(["local//id=a"], ["--restarts", "3"], "exit 4") { example in
      #expect(try await example.process.wait(within: .seconds(60)).outcome == .exited(1))
      let said = try await example.wait(for: .stderr) { $0.last?.contains("abandoned") == true }
      let failures = (1...3).map { number in
        "a: failed (\(number)): exited with code 4; restart after 0.\(1 << (number - 1)) seconds"
      }
      #expect(said.filter { $0.contains("failed") } == failures)
      #expect(said.last == "a: abandoned: exited with code 4")
    }
  }

  @Test func `a service that runs but does not answer is started again`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let answer = folder.appending(component: "answer").path
      let options = ["--check", "test -e \(answer)", "--check-interval", "0.1"]
      let service = "touch \(answer); trap '' TERM; while :; do sleep 1; done"
      try await Self.with(["local//id=a"], options, service) { example in
        try await example.wait(for: .stderr) { $0.contains("a: healthy") }
        let first = try #require(Self.ids(example, "a").last)
        try FileManager.default.removeItem(atPath: answer)
        let said = try await example.wait(for: .stderr) { lines in
          lines.filter { $0 == "a: healthy" }.count == 2
        }
        #expect(said.contains { $0.contains("failed (1): the check exited with code 1") })
        // Although it ignores SIGTERM.
        #expect(!ProcessTable.isAlive(first))
        #expect(Self.ids(example, "a").count == 2)
      }
    }
  }

  @Test func `a supervisor that is killed takes its services along, with all they started`()
    async throws
  {
    let fleet = try SSHFleet.shared()
    let hosts = fleet.hostNames[34..<37].map { "ssh=\($0)//ssh_config=\(fleet.configFile)" }
    let mark = "supervised-\(UUID().uuidString.prefix(8))"
    let nap = "sh -c 'sleep 1000; : \(mark)' &"
    let words =
      hosts.flatMap { ["--on", $0] } + ["/bin/sh", "-c", "setsid \(nap) \(nap) wait"]
    try await ExampleProcess.with("supervise", words) { example in
      let all = { try ProcessTable.processesLeft(matching: mark).map(ProcessTable.commandLine) }
      try await example.wait(for: .stderr) { $0.filter { $0.contains("running as") }.count == 3 }
      // On each host the service and two of its children.
      let haveStarted = try await eventually(within: .seconds(20)) {
        try all().count { $0.first?.hasSuffix("sh") == true } == 9
      }
      let started = try all()
      #expect(haveStarted, "\(started)")
      example.process.send(.kill)
      #expect(try await eventually(within: .seconds(30)) { try all().isEmpty })
    }
  }

  @Test(arguments: Self.places)
  func `a worker that is killed is replaced, and there are never two services`(
    place: String
  ) async throws {
    let name = "convoke-supervised-\(UUID().uuidString.prefix(8))"
    let service = "exec perl -e '$0 = \"\(name)\"; sleep 1000'"
    try await Self.with([place], [], service) { example in
      let host = place.contains("=a") ? "a" : "b"
      try await example.wait(for: .stderr) { _ in Self.ids(example, host).count == 1 }
      let first = try #require(Self.ids(example, host).last)
      let workers = ProcessTable.ancestors(of: first).filter { $0 != example.process.id }
      let worker = try #require(workers.last { Self.isBelow($0, example.process.id) })
      #expect(kill(worker, SIGKILL) == 0)
      try await example.wait(for: .stderr) { _ in Self.ids(example, host).count == 2 }
      #expect(example.lines(.stderr).contains { $0.contains("failed (1): ") })
      #expect(try await eventually(within: .seconds(20)) { !ProcessTable.isAlive(first) })
      let second = try #require(Self.ids(example, host).last)
      #expect(ProcessTable.isAlive(second))
    }
  }

  private static func isBelow(_ process: Int32, _ ancestor: Int32?) -> Bool {
    ancestor.map { ProcessTable.ancestors(of: process).contains($0) } ?? false
  }
}
