import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

@testable import ConvokeFleet

/// Jobs on hosts over ssh, whose connections do not last.
@Suite(.timeLimit(.minutes(2))) struct JobSSHTests {
  /// Calls the body with hosts of a fleet, and the connections to them.
  private static func with<Answer>(
    _ testbed: SSHFleet,
    _ count: Int,
    multiplexing: SSHSettings.Multiplexing = .proxy,
    _ body: (JobYard) async throws -> Answer
  ) async throws -> Answer {
    var settings = SSHSettings()
    settings.configFile = testbed.configFile
    settings.multiplexing = multiplexing
    let connections = SSHConnections(settings)
    let hosts = testbed.hostNames.prefix(count).map { Host($0) }
    let result: Result<Answer, any Error>
    do {
      result = .success(
        try await JobYard.with(Fleet(hosts, connections: connections), body)
      )
    } catch {
      result = .failure(error)
    }
    await connections.close()
    return try result.get()
  }

  @Test(arguments: SSHSettings.Multiplexing.allCases)
  func `hosts have jobs of one name, and are waited for together`(
    _ multiplexing: SSHSettings.Multiplexing
  ) async throws {
    try await Self.with(try SSHFleet.shared(), 6, multiplexing: multiplexing) { yard in
      try await yard.detach("echo {host}; printf 'e\\000' >&2; exit $(({rank} % 2))")
      let report = await yard.fleet.wait(for: yard.name, options: yard.options)
      let names = yard.fleet.hosts.map { "\($0)\n" }
      #expect(report.results.map(\.result.stdout.text) == names)
      #expect(report.results.allSatisfy { $0.result.stderr.bytes == [101, 0] })
      #expect(report.results.map(\.outcome) == (0..<6).map { .exited($0 % 2) })
      #expect(await yard.fleet.jobs(options: yard.options).results.allSatisfy { $0.jobs.isEmpty })
    }
  }

  @Test(arguments: [
    ("/bin/csh", false), ("/usr/bin/fish", false), ("/usr/bin/zsh", false), ("/bin/dash", false),
    ("/bin/csh", true), ("/usr/bin/fish", true), ("/bin/zsh", true), ("/bin/bash", true),
  ])
  func `any login shell runs the command, and what it prints first is dropped`(
    _ shell: String,
    _ isNoisy: Bool
  ) async throws {
    var options = SSHFleet.Options()
    options.shell = shell
    options.isNoisy = isNoisy
    try await SSHFleet.withSSHFleet(hosts: 1, options: options) { testbed in
      try await Self.with(testbed, 1) { yard in
        let secret = "it's $HOME & \"more\""
        let command = Command.shell("echo a 'b  c'; printenv SECRET; exit 5").with {
          $0.environment = ["SECRET": secret]
        }
        try await yard.detach(command)
        try await yard.waitUntilOver()
        #expect(try await yard.file("host-0001", "job.json").contains(secret) == false)
        let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
        #expect(result.outcome == .exited(5), "\(result.outcome)")
        #expect(result.result.stdout.text == "a b  c\n\(secret)\n")
        #expect(result.result.stderr.text == "")
      }
    }
  }

  @Test func `root has jobs, too, in the usual folder`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 2, options: .init { $0.isRoot = true }) { testbed in
      try await Self.with(testbed, 2) { yard in
        let options = FleetOptions()
        let action = FleetAction.detach(.shell("id -u; sleep 0.5"), as: yard.name)
        #expect(await yard.fleet.perform(action, options: options).isOK)
        let jobs = await yard.fleet.jobs(named: yard.name, options: options)
        #expect(jobs.results.map { $0.jobs.map(\.startedAs) } == [["host-0001"], ["host-0002"]])
        let report = await yard.fleet.wait(for: yard.name, options: options)
        #expect(report.results.map(\.result.stdout.text) == ["0\n", "0\n"])
      }
    }
  }

  @Test func `a job goes on when its session is killed on the host`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 1) { testbed in
      try await Self.with(testbed, 1) { yard in
        let ready = "\(yard.folder.path)/go"
        try await yard.detach("until [ -e \(ready) ]; do sleep 0.1; done; echo went on; exit 6")
        let session = await yard.fleet.run("echo $PPID").results[0].result.stdout.trimmedText
        kill(try #require(Int32(session)), SIGKILL)
        try Data().write(to: URL(filePath: ready))
        let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
        #expect(result.outcome == .exited(6))
        #expect(result.result.stdout.text == "went on\n")
      }
    }
  }

  @Test func `a host that crashes has lost its job, and says so`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 2) { testbed in
      try await Self.with(testbed, 2) { yard in
        try await yard.detach("echo here; sleep 60")
        #expect(try await eventually { try await yard.file("host-0002", "stdout") == "here\n" })
        try await testbed.killHost("host-0002")
        let jobs = await yard.fleet.jobs(options: yard.options).results.map { $0.jobs.map(\.state) }
        #expect(jobs == [[.running], [.lost(isAlive: false)]])
        let log = JobLogOptions().with { $0.follows = true }
        let second = yard.fleet.with(hosts: [yard.fleet.hosts[1]])
        let result = await second.logs(of: yard.name, log: log, options: yard.options).results[0]
        #expect(result.outcome.failure?.kind == .jobLost)
        #expect(result.result.stdout.text == "here\n")
      }
    }
  }

  @Test(arguments: SSHSettings.Multiplexing.allCases)
  func `following goes on at its byte through connections that are killed`(
    _ multiplexing: SSHSettings.Multiplexing
  ) async throws {
    try await SSHFleet.withSSHFleet(hosts: 1) { testbed in
      try await Self.with(testbed, 1, multiplexing: multiplexing) { yard in
        let (stop, count) = ("\(yard.folder.path)/stop", "\(yard.folder.path)/count")
        try await yard.detach(
          """
          i=0; until [ -e \(stop) ]; do i=$((i+1)); echo line $i; echo e$i >&2; sleep 0.01; done
          echo $i >\(count)
          """
        )
        let seen = Collector<Int>()
        let action = FleetAction.wait(for: yard.name)
        let options = yard.options.with { $0.outputEvents = .chunks }
        let task = Task {
          await yard.fleet.perform(action, options: options) { event in
            if case .output(_, let chunk) = event { seen.add(chunk.bytes.count) }
          }
        }
        for _ in 0..<3 {
          let before = seen.all.count
          #expect(try await eventually(within: .seconds(20)) { seen.all.count > before })
          try await Self.killSessions(of: testbed)
        }
        try Data().write(to: URL(filePath: stop))
        let result = await task.value.results[0]
        #expect(result.outcome == .exited(0), "\(result.outcome)")
        let lines = try String(contentsOfFile: count, encoding: .utf8)
        let last = try #require(Int(lines.dropLast()))
        #expect(result.result.stdout.text == (1...last).map { "line \($0)\n" }.joined())
        #expect(result.result.stderr.text == (1...last).map { "e\($0)\n" }.joined())
      }
    }
  }

  /// Kills the sshd processes that serve connections, and nothing that runs in them.
  private static func killSessions(of testbed: SSHFleet) async throws {
    let listener = try String(
      contentsOf: testbed.directory.appending(component: "sshd.pid"),
      encoding: .utf8
    ).trimmingCharacters(in: .whitespacesAndNewlines)
    let found = try await Tool.run("pgrep", ["-P", listener])
    for word in found.output.split(separator: "\n") {
      if let pid = Int32(word) { kill(pid, SIGKILL) }
    }
  }

  @Test func `what a killed session has left is reaped, on all hosts`() async throws {
    try await Self.with(try SSHFleet.shared(), 4) { yard async throws in
      let mark = "600.\(UInt32.random(in: 1_000_000..<9_999_999))"
      let run = RunID()
      let line = "setsid sleep \(mark) >/dev/null 2>&1 </dev/null & sleep 0.2"
      _ = await yard.fleet.run(line, options: yard.options.with { $0.run = run })
      let left = { (count: Int) throws -> Bool in
        try ProcessTable.processesLeft(matching: "\0\(mark)\0").count == count
      }
      #expect(try await eventually { try left(4) })
      let report = await yard.fleet.reap(runs: [run], options: yard.options)
      #expect(report.isOK)
      #expect(try left(0))
      // The hosts are one machine: some other host may have been the first.
      #expect(report.results.contains { $0.leftovers.map(\.run) == [run] })
    }
  }
}

/// A cable that is pulled while a job is followed, on a host with a network of its own.
@Suite(.serialized, .timeLimit(.minutes(2))) struct JobCableTests {
  @Test func `following goes on at its byte when the cable is back`() async throws {
    try await NetworkFleet.withNetworkFleet(hosts: 1) { network in
      var settings = SSHSettings()
      settings.configFile = network.configFile
      settings.keepAlive = .seconds(1)
      let connections = SSHConnections(settings)
      let fleet = Fleet([Host(network.hostNames[0])], connections: connections)
      let name = try JobName("cable")
      let line = "i=0; while [ $i -lt 150 ]; do i=$((i+1)); echo line $i; sleep 0.1; done; exit 3"
      try await fleet.detach(line, as: name).throwOnFailure()
      let seen = Collector<Int>()
      let options = FleetOptions().with { $0.outputEvents = .lines }
      let task = Task {
        await fleet.perform(.wait(for: name), options: options) { event in
          if case .line = event { seen.add(1) }
        }
      }
      #expect(try await eventually(within: .seconds(20)) { seen.all.count >= 5 })
      try await network.cut(network.hostNames[0])
      // The reader there ends by itself once the link is known to be lost.
      let isUnread = try await eventually(within: .seconds(40)) {
        try await network.run(
          on: network.hostNames[0],
          ["sh", "-c", "pgrep -f [c]onvoke-logs || :"]
        )
        .isEmpty
      }
      #expect(isUnread)
      let before = seen.all.count
      try await network.heal(network.hostNames[0])
      let result = await task.value.results[0]
      #expect(result.outcome == .exited(3), "\(result.outcome)")
      #expect(result.result.stdout.text == (1...150).map { "line \($0)\n" }.joined())
      #expect(seen.all.count == 150 && before < 150)
      await connections.close()
    }
  }
}
