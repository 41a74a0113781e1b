import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

/// Much output, slow readers, forwarded ports and connections that stay.
@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
  static let modes = SSHSettings.Multiplexing.allCases

  @Test(arguments: modes) func `a hundred megabytes arrive whole`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let count = 100 << 20
    let command = Command("head", "-c", String(count), "/dev/zero").with {
      $0.stdout.keep = .init(head: 16, tail: 16)
    }
    let result = try await Remote.run(command, mode)
    #expect(result.stdout.count == count)
    #expect(result.outcome == .exited(0))
  }

  @Test(arguments: modes) func `a slow reader makes the program wait`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    try await Remote.with(mode) { connections, host in
      let command = Command.shell("head -c 30000000 /dev/zero; echo done >&2").with {
        $0.stdout.keep = .init(head: 0, tail: 0)
      }
      let process = connections.launch(command, on: host)
      var chunks = process.chunks.makeAsyncIterator()
      _ = await chunks.next()
      // The program cannot have ended: most of its output has no place to wait.
      #expect(process.isRunning)
      var count = 0
      while let chunk = await chunks.next() {
        if chunk.stream == .stdout { count += chunk.bytes.count }
      }
      let result = try await process.wait(within: .seconds(20))
      #expect(result.stdout.count == 30_000_000)
      #expect(result.stderr.text == "done\n")
      #expect(count <= 30_000_000)
    }
  }

  @Test func `a local port leads to the host for the length of the scope`() async throws {
    try await Remote.with(.proxy) { connections, host in
      let port = try #require(try Self.port(of: host.name))
      let banner = try await connections.withLocalForward(through: host, to: "127.0.0.1", port) {
        local in
        await Command.shell("exec 3<>/dev/tcp/127.0.0.1/\(local); head -c 7 <&3").inBash.run()
      }
      #expect(banner.stdout.text == "SSH-2.0")
    }
  }

  @Test func `a remote port leads here for the length of the scope`() async throws {
    try await Remote.with(.proxy) { connections, host in
      let port = try #require(try Self.port(of: host.name))
      let banner = try await connections.withRemoteForward(on: host, to: "127.0.0.1", port) {
        remote in
        await connections.run(
          Command.shell("exec 3<>/dev/tcp/127.0.0.1/\(remote); head -c 7 <&3").inBash,
          on: host
        )
      }
      #expect(banner.stdout.text == "SSH-2.0", "\(banner.stderr.text)")
    }
  }

  @Test func `connecting ahead tells the time, once`() async throws {
    try await Remote.with(.proxy) { connections, host in
      let first = try await connections.connect(to: host)
      let second = try await connections.connect(to: host)
      #expect(first > .zero)
      #expect(second == .zero)
      let result = await connections.run(.shell("true"), on: host)
      #expect(result.statistics.connecting == nil)
      await #expect(throws: Failure.self) { try await connections.connect(to: "no-such.invalid") }
    }
  }

  @Test func `a connection that stays serves the next set of connections`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 1) { fleet in
      var settings = SSHSettings()
      settings.configFile = fleet.configFile
      settings.persist = .seconds(20)
      var connections: [String] = []
      for _ in 1...2 {
        let pool = SSHConnections(settings)
        let result = await pool.run(.shell("echo $SSH_CONNECTION"), on: Host(fleet.hostNames[0]))
        #expect(result.outcome == .exited(0))
        connections.append(result.stdout.text)
        await pool.close()
      }
      #expect(connections[0] == connections[1])
    }
  }

  @Test func `closing leaves no ssh process`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 2) { fleet in
      var settings = SSHSettings()
      settings.configFile = fleet.configFile
      let connections = SSHConnections(settings)
      let results = await connections.runAll(.shell("true"), on: fleet.hostNames)
      #expect(results.allSatisfy { $0.isOK })
      await connections.close()
      let left = try ProcessTable.processesLeft(matching: "-F\0\(fleet.configFile)")
      #expect(left.isEmpty)
    }
  }

  private static func port(of host: String) throws -> Int? {
    let config = try String(contentsOfFile: SSHFleet.shared().configFile, encoding: .utf8)
    return config.split(whereSeparator: \.isNewline)
      .first { $0.contains("Port ") }
      .flatMap { Int($0.split(separator: " ").last ?? "") }
  }
}

extension Command {
  fileprivate var inBash: Command { Command("bash", "-c", self.description) }
}
