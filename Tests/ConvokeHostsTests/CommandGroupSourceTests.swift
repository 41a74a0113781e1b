import ConvokeHosts
import Synchronization
import Testing

@Suite struct CommandGroupSourceTests {
  /// Counts the commands that a source runs.
  private final class Commands: Sendable {
    private let ran = Mutex<[String]>([])

    var all: [String] { self.ran.withLock { $0 } }

    func run(_ command: String) throws -> String {
      self.ran.withLock { $0.append(command) }
      if command.hasPrefix("fail") { throw Failed() }
      if command == "list cmd" { return "b, a\nb" }
      if command == "map none" { return " \n" }
      return "\(command.split(separator: " ").last ?? "")[1-2]"
    }
  }

  private struct Failed: Error, CustomStringConvertible {
    let description = "it ended with status 3"
  }

  private static func source(
    _ commands: Commands,
    _ upcalls: CommandGroupSource.Upcalls
  ) -> CommandGroupSource {
    CommandGroupSource(name: "cmd", upcalls: upcalls) { try commands.run($0) }
  }

  @Test func `each command runs once`() throws {
    let commands = Commands()
    let source = Self.source(commands, .init(map: "map $GROUP", all: "all x", list: "list $SOURCE"))
    let groups = GroupResolver([source])
    for _ in 0..<3 {
      #expect(try HostSet("@a,@cmd:a,@b", groups: groups).folded == "a[1-2],b[1-2]")
      #expect(try HostSet("@*", groups: groups).folded == "x[1-2]")
      #expect(try groups.groupNames() == ["a", "b"])
      #expect(try groups.groups(of: "a1") == ["a"])
    }
    #expect(commands.all == ["map a", "map b", "all x", "list cmd"])
  }

  @Test func `without the upcall all it is the union of the groups`() throws {
    let source = Self.source(Commands(), .init(map: "map ${GROUP}", list: "list cmd"))
    #expect(try HostSet("@*", groups: GroupResolver([source])).folded == "a[1-2],b[1-2]")
  }

  @Test func `the upcall reverse tells the groups of a host`() throws {
    let source = Self.source(Commands(), .init(map: "map $GROUP", reverse: "list cmd"))
    #expect(try GroupResolver([source]).groups(of: "node1") == ["a", "b"])
  }

  @Test(arguments: [
    ("@none", HostSetError.Code.unknownGroup, "has no group 'none'"),
    ("@a;id", .groupSource, "the name 'a;id' cannot be passed to a command"),
    ("@-a", .groupSource, "the name '-a' cannot be passed to a command"),
    ("@*", .groupSource, "has no command 'list'"),
  ])
  func `what cannot be asked is an error`(
    expression: String,
    code: HostSetError.Code,
    part: String
  ) {
    let commands = Commands()
    let groups = GroupResolver([Self.source(commands, .init(map: "map $GROUP"))])
    let error = #expect(throws: HostSetError.self) { try HostSet(expression, groups: groups) }
    #expect(error?.code == code)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(!commands.all.contains { $0.contains("id") })
  }

  @Test func `a command that fails is the cause`() {
    let groups = GroupResolver([Self.source(Commands(), .init(map: "fail $GROUP"))])
    let error = #expect(throws: HostSetError.self) { try HostSet("@a", groups: groups) }
    #expect(error?.code == .groupSource)
    #expect(error?.description.contains("'cmd' failed") == true)
    #expect(error?.description.hasSuffix("it ended with status 3") == true)
  }
}
