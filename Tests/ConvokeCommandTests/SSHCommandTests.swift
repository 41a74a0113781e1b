import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite struct SSHCommandTests {
  private let convoke = ConvokeProgram()

  private static func options(_ hosts: String) throws -> [String] {
    ["-w", hosts, "--ssh-config", try SSHFleet.shared().configFile]
  }

  @Test(.timeLimit(.minutes(2)))
  func `hosts over ssh are folded`() async throws {
    let run = await self.convoke.run(
      ["run"] + (try Self.options("host-[0001-0010]")) + ["-b", "echo same; exit $(({rank} == 4))"]
    )
    #expect(
      run.output == """
        host-[0001-0004,0006-0010] (9)
        same

        host-0005 (1) exited with code 1
        same

        """
    )
    #expect(run.errors == "convoke: host-0005: exited with code 1\n")
    #expect(run.status == 1)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a single host passes on status and bytes`() async throws {
    let line = "printf 'a\\000\\377'; echo b >&2; exit 9"
    let command = self.convoke.command(["run"] + (try Self.options("host-0001")) + [line])
    let result = await command.run()
    #expect(result.stdout.bytes == [97, 0, 255])
    #expect(result.stderr.text == "b\n")
    #expect(result.outcome == .exited(9))
  }

  @Test(.timeLimit(.minutes(2)))
  func `a host that is not known is told with a remedy`() async throws {
    let run = await self.convoke.run(
      ["run"] + (try Self.options("host-0001,no-such-host.invalid")) + ["echo x"]
    )
    #expect(run.output == "host-0001: x\n")
    #expect(run.errors.hasPrefix("convoke: no-such-host.invalid: unreachable: "))
    #expect(
      run.errors.hasSuffix("; check the spelling, /etc/hosts, DNS and your ssh configuration\n")
    )
    #expect(run.status == 3)
  }

  @Test(.timeLimit(.minutes(2)))
  func `input reaches hosts over ssh whole`() async throws {
    let convoke = ConvokeProgram(input: .text(String(repeating: "0123456\n", count: 500_000)))
    let run = await convoke.run(
      ["run"] + (try Self.options("host-[0001-0004]")) + ["-f", "2", "-b", "wc -c"]
    )
    #expect(run.output == "host-[0001-0004] (4)\n4000000\n")
  }

  @Test(.timeLimit(.minutes(2)))
  func `files go there and come back`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "file").path
      try Data("content\n".utf8).write(to: URL(filePath: file))
      let name = "convoke-\(UUID())"
      let hosts = try Self.options("host-[0001-0003]")
      let put = await self.convoke.run(["put", "-b"] + hosts + [file, "/tmp/\(name)-{host}"])
      #expect(put.output == "host-[0001-0003] (3): 3 files, 24 bytes\n", "\(put.errors)")
      let target = folder.appending(component: "got")
      let get = await self.convoke.run(["get"] + hosts + ["/tmp/\(name)-{host}", target.path])
      #expect(get.status == 0, "\(get.errors)")
      let got = target.appending(components: "host-0002", "\(name)-host-0002")
      #expect(try String(contentsOf: got, encoding: .utf8) == "content\n")
      _ = await self.convoke.run(["run"] + hosts + ["rm -f /tmp/\(name)-{host}"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `ping and doctor tell who can be worked on`() async throws {
    let fleet = try SSHFleet.shared()
    let ping = await self.convoke.run(["ping", "-b"] + (try Self.options("host-[0001-0003]")))
    #expect(
      ping == ConvokeProgram.Run(status: 0, output: "host-[0001-0003] (3): reachable\n", errors: "")
    )
    let doctor = await self.convoke.run(
      "doctor",
      "--ssh-config",
      fleet.configFile,
      "host-0002",
      "no-such-host.invalid"
    )
    #expect(doctor.status == 3)
    #expect(doctor.output.contains("\nhost-0002\n  ok       route: ssh to "))
    #expect(doctor.output.contains("login shell"))
    #expect(doctor.output.contains("  failure  dns: the name no-such-host.invalid is not known"))
  }

  @Test(.timeLimit(.minutes(2)))
  func `a kill leaves nothing behind on the hosts`() async throws {
    let mark = "300.\(UInt32.random(in: 1_000_000..<9_999_999))"
    let line = "sleep \(mark) & sleep \(mark)"
    let arguments = ["run"] + (try Self.options("host-[0001-0010]")) + [line]
    let count = { () async throws -> Int in
      let found = try await Tool.run("pgrep", ["-c", "-f", "^sleep \(mark)"])
      return Int(found.output.trimmingCharacters(in: .newlines)) ?? 0
    }
    try await self.convoke.command(arguments).start { process in
      #expect(try await eventually(within: .seconds(30)) { try await count() == 20 })
      kill(try #require(process.id), SIGKILL)
      #expect(try await eventually(within: .seconds(5)) { try await count() == 0 })
    }
  }
}
