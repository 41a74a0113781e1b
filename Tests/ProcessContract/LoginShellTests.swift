import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Testbed
import Testing

/// Command lines are for the login shell of the host, whatever keeps the command.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LoginShellTests {
  @Test(arguments: [
    ("/bin/csh", "setenv A b; echo $A; echo $status; if (1) echo yes; true"),
    ("/usr/bin/fish", "set a b c; echo $a[2]; for i in 1 2; echo $i; end; exit 4"),
    ("/bin/dash", "a='x  y'; echo \"$a\"; echo ${a#x}; exit 3"),
    ("/usr/bin/zsh", "a=(1 2 3); echo ${a[2]}; echo *(N); exit 5"),
  ])
  func `a line means what it means to the login shell`(shell: String, line: String) async throws {
    let options = SSHFleet.Options { $0.shell = shell }
    try await SSHFleet.withSSHFleet(hosts: 1, options: options) { fleet in
      let host = fleet.hostNames[0]
      let plain = try await fleet.ssh(host, line)
      for worker in ["", "//swift=\(try StaticPrograms.worker())"] {
        let spec = "ssh=\(host)//ssh_config=\(fleet.configFile)\(worker)"
        let result = try await withGateway(spec) { await $0.run(.shell(line)) }
        #expect(result.stdout.text == plain.output, "\(result.outcome) \(result.stderr.text)")
        #expect(result.outcome == .exited(plain.status))
        let simple = try await withGateway(spec) { await $0.run(.shell("echo on")) }
        #expect(simple.stdout.text == "on\n")
      }
    }
  }
}
