import ConvokeHosts
import ConvokeProcess
import Foundation
import Testbed
import Testing

@testable import ConvokeCommand

@Suite struct HostsCommandTests {
  /// Runs a line of shell in the repository, with the program just built in front of the path.
  private static func shell(_ line: String) async -> ProcessResult {
    let path = URL(filePath: Tool.convoke).deletingLastPathComponent().path
    let command = Command.shell("PATH='\(path)':$PATH; \(line)").with {
      $0.directory = Tool.packageFolder.path
      $0.environment["XDG_CONFIG_HOME"] = "/nonexistent"
      $0.deadline = .seconds(50)
    }
    return await command.run()
  }

  /// The commands of the page on host sets with their output.
  private static func examples() throws -> [(line: String, output: String)] {
    let page = try String(
      contentsOf: Tool.packageFolder.appending(path: "docs/host-sets.md"),
      encoding: .utf8
    )
    let block = page.split(separator: "```console\n").dropFirst().first?.split(separator: "```\n")
    return (block?.first ?? "").split(separator: "$ ", omittingEmptySubsequences: true).map {
      let parts = $0.split(separator: "\n", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `every command of the page on host sets writes what it says`() async throws {
    let examples = try Self.examples()
    #expect(examples.count == 7)
    for (line, output) in examples {
      let result = await Self.shell(line)
      #expect(result.stdout.text == output, "\(line): \(result.stderr.text)")
      #expect(result.outcome == .exited(0), "\(line)")
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("convoke hosts fold -x 'n[2-3]' -i 'n[1-9]' -X n7 'n[1-4]' m1", "n[1,4,7]\n"),
      ("convoke hosts fold -I 0-2,4 'n[1-9]'", "n[1-3,5]\n"),
      ("printf 'a b\\n# c\\nd[1-2]\\n' | convoke hosts fold", "a,b,d[1-2]\n"),
      ("echo b | convoke hosts fold a -", "a,b\n"),
      (
        "convoke hosts fold -a -s racks --groups Examples/groups/groups.yaml -x 'node[1-64]'",
        "login1,storage[1-2]\n"
      ),
      ("convoke hosts fold -x 'a!a' a", "a\n"),
      ("convoke hosts expand -S '\\t' root@a:1 b", "root@a:1\tb\n"),
    ]
  )
  func `options apply to all hosts`(line: String, output: String) async {
    let result = await Self.shell(line)
    #expect(result.stdout.text == output, "\(result.stderr.text)")
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("convoke hosts fold a -x a", "no host is left of 'a'"),
      ("convoke hosts fold </dev/null", "standard input has no host"),
      ("convoke hosts fold 'a!a'", "the expression 'a!a' selects no host"),
      ("convoke hosts fold 'n[3-1]'", "the range '3-1' runs backwards"),
      ("convoke hosts fold @a", "no groups are known here"),
      ("convoke hosts groups", "no groups are known here"),
      ("convoke hosts fold --groups /none.yaml a", "cannot read the groups file '/none.yaml'"),
    ]
  )
  func `an empty or wrong set ends with status 2`(line: String, part: String) async {
    let result = await Self.shell(line)
    #expect(result.outcome == .exited(2))
    #expect(result.stdout.text.isEmpty)
    #expect(result.stderr.text.contains(part), "\(result.stderr.text)")
  }

  @Test(.timeLimit(.minutes(1)))
  func `groups are asked of commands`() async throws {
    let hosts = try await ShellUpcall.onOwnThread {
      let upcalls = CommandGroupSource.Upcalls(map: "echo 'node[1-3]' $GROUP", list: "echo x y")
      let source = CommandGroupSource(name: "sh", upcalls: upcalls) { try ShellUpcall.run($0) }
      return try HostSet("@x,@*", groups: GroupResolver([source]))
    }
    #expect(hosts.folded == "node[1-3],x,y")
  }

  @Test(.timeLimit(.minutes(1)))
  func `a command that fails says why`() async {
    let error = await #expect(throws: HostSetError.self) {
      try await ShellUpcall.onOwnThread { try ShellUpcall.run("echo broken >&2; exit 3") }
    }
    #expect(error?.code == .groupSource)
    #expect(error?.message.contains("exit 3' failed") == true)
    #expect(error?.message.contains("(broken)") == true)
  }
}
