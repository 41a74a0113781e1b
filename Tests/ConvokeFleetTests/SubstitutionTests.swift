import ConvokeHosts
import ConvokeProcess
import Testing

@testable import ConvokeFleet

@Suite struct SubstitutionTests {
  private let hosts = [Host("n1", user: "ann", port: 22), Host("n2"), Host("n3")]
  private var substitution: Substitution {
    Substitution(
      hosts: self.hosts,
      values: ["peer": ["p1", "p2"], "0": ["a b"], "odd": ["it's"], "none": []]
    )
  }

  private func member(_ rank: Int) -> FleetMember { FleetMember(self.hosts[rank], rank: rank) }

  @Test(arguments: [
    ("{host} {user} {port} {rank}", "n1 ann 22 0"),
    ("{hosts}", "n[2-3],ann@n1:22"),
    ("{peer}-{0}", "p1-a b"),
    ("${host} $HOME ${HOME}", "${host} $HOME ${HOME}"),
    ("awk '{print $1}'", "awk '{print $1}'"),
    ("docker ps --format '{{.Names}}'", "docker ps --format '{{.Names}}'"),
    ("{unknown} {} { host } {none}", "{unknown} {} { host } {none}"),
    ("{{host}}", "{host}"),
    ("{{{host}}}", "{n1}"),
    ("{{{{host}}}}", "{{host}}"),
    (#"{"name":{"host":"{host}"}}"#, #"{"name":{"host":"n1"}}"#),
    ("{a{host}b}", "{an1b}"),
    ("{host", "{host"),
    ("{{host}", "{n1"),
    ("é{host}é", "én1é"),
  ]) func `an argument takes the values as they are`(text: String, filled: String) {
    #expect(self.substitution.text(text, for: self.member(0)) == filled)
  }

  @Test func `a list is indexed by the rank modulo its count`() {
    let peers = (0..<3).map { self.substitution.text("{peer}", for: self.member($0)) }
    #expect(peers == ["p1", "p2", "p1"])
  }

  @Test(arguments: [
    ("echo {host}", "echo n1"),
    ("echo {0}", "echo 'a b'"),
    ("echo {odd}", #"echo 'it'\''s'"#),
    ("echo '{host}' \"{peer}\"", "echo 'n1' \"p1\""),
    ("# it's a comment\necho {0}", "# it's a comment\necho 'a b'"),
    ("echo it\\'s {0}", "echo it\\'s 'a b'"),
    ("echo 'x'\"y\"{0}", "echo 'x'\"y\"'a b'"),
  ]) func `a shell line takes the values as words`(line: String, filled: String) throws {
    #expect(try self.substitution.shellLine(line, for: self.member(0)) == filled)
  }

  @Test(arguments: ["echo '{0}'", "echo \"{0}\"", "echo \"$(cat {0})\"", "echo \\{0}"])
  func `a value that needs quotes is refused between quotes`(line: String) {
    let error = #expect(throws: FleetError.self) {
      try self.substitution.shellLine(line, for: self.member(0))
    }
    #expect(error?.code == .substitution)
    #expect(error?.message.contains("{0}") == true)
  }

  @Test func `an empty value is an empty word`() throws {
    let line = "echo {user} \"<{user}>\""
    #expect(try self.substitution.shellLine(line, for: self.member(1)) == "echo '' \"<>\"")
  }

  @Test func `paths and variables of a command are filled too`() throws {
    let template = Command("echo", "{host}").with { command in
      command.environment = ["RANK": "{rank}", "GONE": nil]
      command.directory = "/tmp/{host}"
      command.input = .file("in.{rank}")
      command.stdout = .file("out.{host}")
    }
    let command = try self.substitution.command(template, for: self.member(1))
    #expect(command.description == "echo n2")
    #expect(command.environment == ["RANK": "1", "GONE": nil])
    #expect(command.directory == "/tmp/n2")
    #expect(command.stdout.file?.path == "out.n2")
    guard case .file("in.1") = command.input else {
      Issue.record("the input is \(command.input)")
      return
    }
  }
}
