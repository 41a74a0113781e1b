import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

/// Sweeps whose combinations are executed through gateways; the store stays here.
@Suite(.timeLimit(.minutes(3))) struct GatewaySweepTests {
  private static let worker = """
    while True:
        channel.send(["next", 3])
        taken = channel.receive()
        if not taken:
            break
        for item in taken:
            i = item["parameters"]["i"]
            if i == 7 and item["attempt"] == 1:
                message = ["fail", item["id"], "seven is hard"]
            else:
                message = ["done", item["id"], {"double": 2 * i, "slug": item["slug"]}]
            channel.send(message)
            assert channel.receive() is None
    """

  private func withStore(_ count: Int, _ body: (SweepStore) async throws -> Void) async throws {
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      try store.update(to: try Sweep(["i": .range(1...count)]).combinations())
      try await body(store)
    }
  }

  @Test func `code on other hosts takes combinations through the gateway`() async throws {
    let fleet = try SSHFleet.shared()
    try await self.withStore(60) { store in
      let specs = fleet.hostNames.prefix(3).map { "ssh=-F \(fleet.configFile) \($0)//id=\($0)" }
      try await withGroup(specs) { group in
        let count = try await withThrowingTaskGroup(of: Int.self) { tasks in
          for gateway in group.gateways {
            tasks.addTask { try await store.serve(try gateway.execute(.python(Self.worker))) }
          }
          return try await tasks.reduce(0, +)
        }
        #expect(count == 60)
      }
      #expect(try store.statistics().description == "60 total, 59 done, 1 failed")
      let done = try store.records(in: [.done])
      for record in done {
        let i = record.combination["i"]?.number ?? 0
        #expect(record.result?["double"]?.number == 2 * i)
        #expect(record.result?["slug"]?.description == record.combination.slug)
      }
      #expect(Set(done.compactMap(\.host)).isSubset(of: Set(fleet.hostNames)))
      #expect(try store.records(in: [.failed])[0].reason == "seven is hard")
    }
  }

  @Test func `what a killed worker has is done by another one, who waits for it`() async throws {
    try await self.withStore(4) { store in
      try await withGroup(["popen//id=victim", "popen//id=other"]) { group in
        let holding = """
          channel.send(["next", 4])
          taken = channel.receive()
          channel.send(["done", taken[0]["id"]])
          channel.receive()
          import os, signal
          os.kill(os.getpid(), signal.SIGKILL)
          """
        let channel = try group[0].execute(.python(holding))
        async let lost = store.serve(channel)
        #expect(
          try await eventually(within: .seconds(40)) { try store.statistics()[.done] == 1 }
        )
        async let rest = store.serve(try group[1].execute(.python(Self.worker)))
        let losses: Result<Int, any Error>
        do { losses = .success(try await lost) } catch { losses = .failure(error) }
        #expect(throws: (any Error).self) { try losses.get() }
        let count = try await rest
        #expect(count == 3)
      }
      #expect(try store.statistics().description == "4 total, 4 done")
      let hosts = try store.records().map { $0.host ?? "" }.sorted()
      #expect(hosts == ["other", "other", "other", "victim"])
    }
  }

  @Test(arguments: [
    ("['next', 0]", "takes a number from 1"), ("'next'", "is a list such as"),
    ("['done', 99]", "99 is not among what was taken on popen"), ("['dance']", "a sweep knows"),
    ("['done']", "a sweep knows"), ("['done', 1, {1, 2}]", "cannot be kept as JSON"),
    ("['done', 1, {3: 4}]", "is no text"), ("['done', 1, float('nan')]", "cannot be kept"),
  ])
  func `what is no message ends the channel with a sentence`(
    message: String,
    words: String
  ) async throws {
    try await self.withStore(2) { store in
      try await withGateway("popen//id=popen") { gateway in
        let code = """
          channel.send(["next", 1])
          channel.receive()
          channel.send(\(message))
          channel.receive()
          """
        let channel = try gateway.execute(.python(code))
        let error = await #expect(throws: (any Error).self) { try await store.serve(channel) }
        #expect("\(error as Any)".contains(words), "\(error as Any)")
        #expect(try store.statistics().description == "2 total, 2 todo")
      }
    }
  }

  @Test func `a cancelled desk gives back what is out`() async throws {
    try await self.withStore(3) { store in
      try await withGateway("popen") { gateway in
        let code = "channel.send(['next', 2]); channel.receive(); channel.receive()"
        let channel = try gateway.execute(.python(code))
        let task = Task { try await store.serve(channel) }
        let isOut = try await eventually(within: .seconds(40)) {
          try store.statistics()[.leased] == 2
        }
        #expect(isOut)
        task.cancel()
        _ = await task.result
        #expect(try store.statistics().description == "3 total, 3 todo")
      }
    }
  }

  // MARK: - The command

  private func run(_ words: [String], in folder: URL) async throws -> ProcessResult {
    let file = "parameters: {i: {range: [1, 12]}}\n"
    try Data(file.utf8).write(to: folder.appending(component: "sweep.yaml"))
    return await Command(arguments: [SweepProgramUnderTest.path, "sweep", "run"] + words).with {
      $0.directory = folder.path
      $0.environment = ["CONVOKE_CONFIG": ""]
      $0.deadline = .seconds(100)
    }.run()
  }

  @Test func `gateways are named by specifications`() async throws {
    let fleet = try SSHFleet.shared()
    let name = fleet.hostNames[0]
    try await TemporaryFolder.withFolder { folder in
      let line = #"echo "{\"at\": \"{host}\", \"in\": \"$PWD\", \"i\": {i}}"; echo note >&2"#
      let result = try await self.run(
        [
          "-w", "popen//chdir=/usr//id=one", "-w", "popen*2",
          "-w", "ssh=-F \(fleet.configFile) \(name)//chdir=/tmp", "--results", "json", "--", line,
        ],
        in: folder
      )
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      #expect(result.stdout.text == "12 total, 12 done\n")
      let store = try SweepStore("\(folder.path)/sweep.results")
      let records = try store.records()
      #expect(records.allSatisfy { $0.result?["i"] == $0.combination["i"] })
      #expect(records.allSatisfy { $0.result?["at"]?.description == $0.host })
      let hosts = Set(records.compactMap(\.host))
      #expect(hosts.isSubset(of: ["one", "popen1", "popen2", name]) && hosts.count > 1)
      for record in records {
        let place: ParameterValue? =
          record.host == "one" ? "/usr" : record.host == name ? "/tmp" : nil
        if let place { #expect(record.result?["in"] == place) }
        let folder = "\(store.folder)/runs/\(record.combination.slug)/1"
        #expect(try String(contentsOfFile: "\(folder)/stderr", encoding: .utf8) == "note\n")
      }
    }
  }

  @Test func `a gateway goes through another one`() async throws {
    let fleet = try SSHFleet.shared()
    let name = fleet.hostNames[0]
    try await TemporaryFolder.withFolder { folder in
      let mark = "95.\(UInt32.random(in: 0 ... .max))"
      let words = [
        "-w", "ssh=-F \(fleet.configFile) \(name)//id=base", "-w",
        "popen//id=inner//via=base//chdir=/usr",
        "--results", "json", "--",
        #": \#(mark); sleep 0.1; echo "{\"at\": \"{host}\", \"in\": \"$PWD\"}""#,
      ]
      let result = try await self.run(words, in: folder)
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      let store = try SweepStore("\(folder.path)/sweep.results")
      let records = try store.records()
      #expect(Set(records.compactMap(\.host)) == ["base", "inner"])
      #expect(records.allSatisfy { $0.result?["at"]?.description == $0.host })
      let inner = records.filter { $0.host == "inner" }
      #expect(inner.allSatisfy { $0.result?["in"] == "/usr" })
      // The guard of the program ends a moment after it.
      #expect(try await eventually { try ProcessTable.processesLeft(matching: mark).isEmpty })
    }
  }

  @Test(arguments: ["python", "swift", "auto"])
  func `workers keep the commands on hosts`(worker: String) async throws {
    let fleet = try SSHFleet.shared()
    try await TemporaryFolder.withFolder { folder in
      let names = fleet.hostNames.prefix(2).joined(separator: ",")
      let result = try await self.run(
        [
          "-w", names, "--ssh-config", fleet.configFile, "--worker", worker, "--results", "json",
          "--", "echo {i}",
        ],
        in: folder
      )
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      let store = try SweepStore("\(folder.path)/sweep.results")
      #expect(try store.records().allSatisfy { $0.result == $0.combination["i"] })
      // A session of the ssh server tells nothing about what a command has used.
      if worker != "swift" {
        let run = try #require(try store.measurements(of: try store.records()[0].combination).first)
        #expect(run.peakMemory != nil)
      }
    }
  }

  @Test func `a gateway that does not open is left out with a reason`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let result = try await self.run(
        ["-w", "popen//python=no-such-python//id=bad", "-w", "popen//id=good", "--", "true"],
        in: folder
      )
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      #expect(result.stdout.text == "12 total, 12 done\n")
      #expect(result.stderr.text.contains("convoke: bad is left out: "))
      #expect(result.stderr.text.contains("no-such-python"))
      let wrong = try await self.run(["-w", "popen//nonsense=1", "--", "true"], in: folder)
      #expect(wrong.outcome == .exited(2) && wrong.stderr.text.contains("--hosts: "))
      for (words, sentence) in [
        (["-w", "popen//via=x"], "goes through 'x', which -w does not name"),
        (["-w", "popen//id=a//via=b", "-w", "popen//id=b//via=a"], "goes through itself"),
      ] {
        let via = try await self.run(words + ["--", "true"], in: folder)
        #expect(via.outcome == .exited(2) && via.stderr.text.contains(sentence))
      }
    }
  }
}
