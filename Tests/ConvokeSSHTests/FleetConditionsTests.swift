import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

/// Servers that limit, shells that differ, and links that break.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct FleetConditionsTests {
  @Test func `a limit of one login at a time never shows as a failure`() async throws {
    try await self.onFleet(20, .init { $0.maxStartups = "1" }) { connections, fleet in
      let results = await connections.runAll(.shell("true"), on: fleet.hostNames)
      #expect(results.allSatisfy { $0.outcome == .exited(0) }, "\(results.map(\.outcome))")
    }
  }

  @Test func `the usual limit of logins never shows as a failure`() async throws {
    try await self.onFleet(50, .init { $0.maxStartups = "10:30:100" }) { connections, fleet in
      let results = await connections.runAll(.shell("true"), on: fleet.hostNames)
      #expect(results.allSatisfy { $0.outcome == .exited(0) }, "\(results.map(\.outcome))")
    }
  }

  @Test func `a limit of one session queues commands`() async throws {
    try await self.onFleet(1, .init { $0.maxSessions = 1 }) { connections, fleet in
      let names = [String](repeating: fleet.hostNames[0], count: 25)
      let results = await connections.runAll(.shell("echo x"), on: names)
      #expect(results.allSatisfy { $0.outcome == .exited(0) }, "\(results.map(\.outcome))")
    }
  }

  @Test func `with a limit of one session a command with input can be ended`() async throws {
    let mark = Remote.mark()
    try await self.onFleet(1, .init { $0.maxSessions = 1 }) { connections, fleet in
      let line = "export MARK=\(mark); sleep 300 & echo up; sleep 300; :"
      try await connections.start(.shell(line), on: Host(fleet.hostNames[0])) { process in
        _ = try await process.expect("up", within: .seconds(10))
      }
      let isEmpty = try await ProcessTable.isEmpty(of: mark)
      #expect(isEmpty)
    }
  }

  @Test func `a hundred commands share one connection`() async throws {
    try await Remote.with(.proxy) { connections, host in
      let names = [String](repeating: host.name, count: 100)
      let results = await connections.runAll(.shell("echo $SSH_CONNECTION; sleep 0.2"), on: names)
      #expect(results.allSatisfy { $0.outcome == .exited(0) })
      #expect(Set(results.map(\.stdout.text)).count == 1)
    }
  }

  @Test(arguments: [
    "/bin/sh", "/bin/bash", "/bin/dash", "/usr/bin/zsh", "/bin/csh", "/usr/bin/fish",
  ])
  func `any login shell will do`(shell: String) async throws {
    try await self.onFleet(1, .init { $0.shell = shell }) { connections, fleet in
      let host = Host(fleet.hostNames[0])
      // The second command uses what the first one has learnt about the host.
      for _ in 1...2 {
        let words = await connections.run(
          Command("printf", "%s.", "it's", "a\nb", "!x\\"),
          on: host
        )
        #expect(words.stdout.text == "it's.a\nb.!x\\.", "\(words.outcome) \(words.stderr.text)")
        let line = await connections.run(
          .shell("echo out; /bin/sh -c 'echo err >&2; exit 3'"),
          on: host
        )
        #expect(line.outcome == .exited(3))
        #expect(line.stdout.text == "out\n")
        #expect(line.stderr.text == "err\n")
        let typed = await connections.run(Command("cat").with { $0.input = .text("a\n") }, on: host)
        #expect(typed.stdout.text == "a\n")
      }
      let mark = Remote.mark()
      let stuck = Command("env", "MARK=\(mark)", "sh", "-c", "sleep 300 & sleep 300")
      let result = await connections.run(stuck.with { $0.deadline = .seconds(1) }, on: host)
      #expect(result.outcome == .timedOut)
      let isEmpty = try await ProcessTable.isEmpty(of: mark)
      #expect(isEmpty)
    }
  }

  @Test(arguments: SSHSettings.Multiplexing.allCases)
  func `start-up files that print do not disturb`(mode: SSHSettings.Multiplexing) async throws {
    try await self.onFleet(1, .init { $0.isNoisy = true }, mode) { connections, fleet in
      for _ in 1...2 {
        for command in [Command("printf", "x"), .shell("printf x")] {
          let result = await connections.run(command, on: Host(fleet.hostNames[0]))
          #expect(result.outcome == .exited(0))
          #expect(result.stdout.text == "x")
          #expect(result.stderr.text == "")
        }
      }
    }
  }

  @Test func `root hosts work as well`() async throws {
    try await self.onFleet(1, .init { $0.isRoot = true }) { connections, fleet in
      let result = await connections.run(.shell("id -u"), on: Host(fleet.hostNames[0]))
      #expect(result.stdout.text == "0\n")
    }
  }

  @Test func `a frozen server is a lost link, and its commands end when it thaws`() async throws {
    let mark = Remote.mark()
    try await self.onFleet(1) { connections, fleet in
      let process = connections.launch(
        .shell("export MARK=\(mark); echo up; sleep 300; :").with { $0.input = .bytes([]) },
        on: Host(fleet.hostNames[0])
      )
      _ = try await process.expect("up", within: .seconds(10))
      try await fleet.freeze()
      let result = try await process.wait(within: .seconds(25))
      #expect(result.outcome.word == "lost")
      try await fleet.thaw()
      let isGone = try await eventually(within: .seconds(10)) {
        try ProcessTable.processesLeft(matching: mark).isEmpty
      }
      #expect(isGone)
    } settings: {
      $0.keepAlive = .seconds(1)
    }
  }

  @Test func `the loss of the connection ends the group on the host`() async throws {
    let mark = Remote.mark()
    try await self.onFleet(1) { connections, fleet in
      let line = "export MARK=\(mark); sleep 300 & sleep 300; :"
      async let result = connections.run(.shell(line), on: Host(fleet.hostNames[0]))
      _ = try await eventually { try ProcessTable.processesLeft(matching: mark).count >= 2 }
      // The ssh processes of this test are those with the configuration of its fleet.
      let config = fleet.configFile
      for pid in try ProcessTable.processesLeft(matching: config) { kill(pid, SIGKILL) }
      #expect(await result.outcome.word == "lost")
      let isGone = try await eventually(within: .seconds(10)) {
        try ProcessTable.processesLeft(matching: mark).isEmpty
      }
      #expect(isGone)
      // The next command opens a new connection.
      let next = await connections.run(.shell("true"), on: Host(fleet.hostNames[0]))
      #expect(next.outcome == .exited(0))
    }
  }

  private func onFleet(
    _ hosts: Int,
    _ options: SSHFleet.Options = .init(),
    _ mode: SSHSettings.Multiplexing = .proxy,
    _ body: (SSHConnections, SSHFleet) async throws -> Void,
    settings change: (inout SSHSettings) -> Void = { _ in }
  ) async throws {
    try await SSHFleet.withSSHFleet(hosts: hosts, options: options) { fleet in
      var settings = SSHSettings()
      settings.configFile = fleet.configFile
      settings.multiplexing = mode
      change(&settings)
      let connections = SSHConnections(settings)
      let answer: Result<Void, any Error>
      do {
        answer = .success(try await body(connections, fleet))
      } catch {
        answer = .failure(error)
      }
      await connections.close()
      try answer.get()
    }
  }
}

extension SSHConnections {
  /// Runs a command on many hosts at once.
  func runAll(_ command: Command, on names: [String]) async -> [ProcessResult] {
    await withTaskGroup(of: ProcessResult.self) { group in
      for name in names { group.addTask { await self.run(command, on: Host(name)) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
