import Testing

@testable import ConvokeGateway

struct GatewaySpecTests {
  typealias Connection = GatewaySpec.Connection

  @Test(arguments: [
    ("popen", Connection.local),
    ("local", .local),
    ("ssh=user@host", .ssh(["user@host"])),
    ("ssh=-p 2200 'odd name'", .ssh(["-p", "2200", "odd name"])),
    ("vagrant_ssh=default", .vagrant("default")),
    ("socket=:8888", .socket(host: "localhost", port: 8888)),
    ("socket=[::1]:8888", .socket(host: "::1", port: 8888)),
    ("installvia=gw0", .installed),
    ("socket//installvia=gw0", .installed),
    ("docker=box", .prefix(["docker", "exec", "-i", "box"])),
    ("podman=-u me box", .prefix(["podman", "exec", "-i", "-u", "me", "box"])),
    ("kubectl=pod", .prefix(["kubectl", "exec", "-i", "pod", "--"])),
    ("sudo=other", .prefix(["sudo", "-n", "-u", "other"])),
    ("srun", .prefix(["srun"])),
    ("srun=-N 1", .prefix(["srun", "-N", "1"])),
    ("oarsh=node-1", .prefix(["oarsh", "node-1"])),
  ])
  func `each kind of connection is read`(text: String, connection: Connection) throws {
    let spec = try GatewaySpec(text)
    #expect(spec.connection == connection)
    #expect(spec.description == text)
  }

  @Test func `each other key is read`() throws {
    let spec = try GatewaySpec(
      "popen//id=a//via=b//python=nice -n 3 python3//chdir=/tmp/x y//nice=-5//env:A=1=2//env:B"
        + "//dont_write_bytecode//execmodel=main_thread_only//ssh_config=/etc/c"
    )
    #expect(spec.id == "a")
    #expect(spec.via == "b")
    #expect(spec.interpreter == .python(["nice", "-n", "3", "python3"]))
    #expect(spec.directory == "/tmp/x y")
    #expect(spec.niceness == -5)
    #expect(spec.environment == ["A": "1=2", "B": ""])
    #expect(spec.writesNoBytecode)
    #expect(spec.model == .mainThreadOnly)
    #expect(spec.sshConfig == "/etc/c")
    #expect(try GatewaySpec("popen//javascript").interpreter == .javascript(["node"]))
    #expect(
      try GatewaySpec("popen//javascript=node --expose-gc").interpreter
        == .javascript(["node", "--expose-gc"])
    )
  }

  @Test(arguments: [
    ("", "empty segment"),
    ("popen////id=a", "empty segment"),
    ("popen//popen", "'popen' twice"),
    ("popen//local", "two connections, 'popen' and 'local'"),
    ("id=a", "names no connection"),
    ("popen//colour=red", "unknown key 'colour'"),
    ("popen//env:=1", "'env:' without a name"),
    ("popen//id=", "'id' without a value"),
    ("popen//nice=fast", "nice=fast"),
    ("popen//nice=20", "nice=20"),
    ("popen//execmodel=fibers", "unknown execmodel 'fibers'; known are thread"),
    ("ssh", "'ssh' without a value"),
    ("ssh='open", "quote that is not closed"),
    ("socket=host", "not HOST:PORT"),
    ("socket=host:0", "not HOST:PORT"),
    ("socket=host:99999", "not HOST:PORT"),
    ("socket=h:1//python=python3", "which the socket server chooses"),
    ("socket=h:1//via=gw0", "socket together with via"),
    ("popen*0", "asks for 0 gateways"),
    ("popen*10001", "asks for 10001 gateways"),
    ("ssh=node[1-", "no host set"),
  ])
  func `what is wrong is named`(text: String, words: String) {
    let error = #expect(throws: GatewayError.self) { try GatewaySpec.expand(text) }
    #expect(error?.code == .badSpecification)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
  }

  @Test(arguments: [
    ("popen", ["popen"]),
    ("popen*3", ["popen", "popen", "popen"]),
    ("local*2//python=python3", ["local//python=python3", "local//python=python3"]),
    ("ssh=node[1-3]//chdir=/tmp", [1, 2, 3].map { "ssh=node\($0)//chdir=/tmp" }),
    ("ssh=root@n[08-10]", ["ssh=root@n08", "ssh=root@n09", "ssh=root@n10"]),
  ])
  func `one text may stand for several`(text: String, all: [String]) throws {
    #expect(try GatewaySpec.expand(text).map(\.text) == all)
  }

  @Test(arguments: [
    ("a b", ["a", "b"]),
    ("  a\tb ", ["a", "b"]),
    ("'a b' \"c d\"", ["a b", "c d"]),
    (#"a\ b "q\"r""#, ["a b", "q\"r"]),
    ("'' x", ["", "x"]),
    ("pre'mid'post", ["premidpost"]),
  ])
  func `words are split as a shell does`(text: String, words: [String]) throws {
    #expect(try ShellWords.split(text) == words)
  }
}
