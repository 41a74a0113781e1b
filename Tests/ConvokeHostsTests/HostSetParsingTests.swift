import ConvokeHosts
import Testing

@Suite struct HostSetParsingTests {
  @Test(arguments: [
    ("a", "a"),
    ("a,b,a", "a b"),
    ("b a", "a b"),
    (" a ,\tb\n c ", "a b c"),
    ("node[1-3]", "node1 node2 node3"),
    ("node[3,1,2,1]", "node1 node2 node3"),
    ("node[ 1 - 3 ]", ""),
    ("node[1-3, 5]", "node1 node2 node3 node5"),
    ("[1-3]", "1 2 3"),
    ("1", "1"),
    ("007", "007"),
    ("node[0-10/2]", "node0 node2 node4 node6 node8 node10"),
    ("node[1-2/9]", "node1"),
    ("node[08-12]", "node08 node09 node10 node11 node12"),
    ("node[8-12]", "node8 node9 node10 node11 node12"),
    ("node[08-102/47]", "node08 node55 node102"),
    ("node[00-03]", "node00 node01 node02 node03"),
    ("node[1,01,001]", "node1 node01 node001"),
    ("n[1-2]c[01-02]", "n1c01 n1c02 n2c01 n2c02"),
    ("n[1-2]c7x[01-02].site", "n1c7x01.site n1c7x02.site n2c7x01.site n2c7x02.site"),
    ("a[1-2][3-4]", "a13 a14 a23 a24"),
    ("a1[0-2]", "a10 a11 a12"),
    ("a[1-2]0", "a10 a20"),
    ("a0[8-11]", "a08 a09 a010 a011"),
    ("h12345678901234567890", "h12345678901234567890"),
    ("h[1-2]12345678901234567890", "h112345678901234567890 h212345678901234567890"),
    ("node[99999999999999998-99999999999999999]", "node99999999999999998 node99999999999999999"),
    ("10.0.0.[1-2]", "10.0.0.1 10.0.0.2"),
    ("node_a-b.c", "node_a-b.c"),
    ("größe[1-2]", "größe1 größe2"),
    ("root@node[1-2]", "root@node1 root@node2"),
    ("root@node1:22,node1", "node1 root@node1:22"),
    ("a@b@c", "a@b@c"),
    ("node[1-2]:2222", "node1:2222 node2:2222"),
    ("::1", "::1"),
    ("[::1]", "::1"),
    ("[::1]:2222", "[::1]:2222"),
    ("root@[fe80::1%eth0]:22", "root@[fe80::1%eth0]:22"),
    ("root@2001:db8::10", "root@2001:db8::10"),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
    ("local", "local"),
    ("local*3", "local1 local2 local3"),
    ("local*[2-3]", "local2 local3"),
    ("locals", "locals"),
    ("local7", "local7"),
  ])
  func `an expression stands for these hosts`(expression: String, hosts: String) throws {
    guard !hosts.isEmpty else {
      let error = #expect(throws: HostSetError.self) { try HostSet(expression) }
      #expect(error?.code == .syntax)
      return
    }
    let set = try HostSet(expression)
    #expect(set.map(\.description).joined(separator: " ") == hosts)
    #expect(set.count == hosts.split(separator: " ").count)
    #expect(try HostSet(set.folded) == set)
  }

  @Test(arguments: [
    ("a,b!b", "a"),
    ("a!a,a", "a"),
    ("node[1-5]!node2!node3,node3", "node1 node3 node4 node5"),
    ("node[1-5] ! node2 & node[1-3]", "node1 node3"),
    ("node[1-3]^node[3-4]", "node1 node2 node4"),
    ("node[1-3]^node[3-4]^node1", "node2 node4"),
    ("node[1-3]&node[2-9]!node3,x", "node2 x"),
    ("a,node[1-3]&node2", "node2"),
    ("node[1-3]!x,node[5-6]&node[3-5]", "node3 node5"),
    ("root@node[1-3]!node2", "root@node1 root@node3"),
    ("root@node[1-3]&node2", "root@node2"),
    ("node[1-3]!root@node2", "node1 node2 node3"),
    ("root@node1,node1!node1", ""),
    ("node1,root@node1!root@node1", "node1"),
    ("a1b2,a1b3,a2b2!a1b[2-3]", "a2b2"),
    ("node[1-20]&/[05]$/", "node5 node10 node15 node20"),
    ("node[1-12]!/1/", "node2 node3 node4 node5 node6 node7 node8 node9"),
    ("node[1-4]!node1!/2/!node3", "node4"),
    ("a/b", ""),
    (#"node[1-3]&/\d,?[ 2]|\/3/"#, ""),
    ("x1,y1&/x|y/,z", "x1 y1 z"),
  ])
  func `operators apply from left to right`(expression: String, hosts: String) throws {
    guard !hosts.isEmpty else {
      #expect(throws: HostSetError.self) { try HostSet(expression) }
      return
    }
    #expect(try HostSet(expression).map(\.description).joined(separator: " ") == hosts)
  }

  @Test func `local hosts run on this machine and others do not`() throws {
    #expect(try HostSet("local*2,local").allSatisfy { $0.transport == .local })
    #expect(try HostSet("local2,u@local,local:22").allSatisfy { $0.transport == .ssh })
  }

  @Test func `user and port are taken apart`() throws {
    let host = try #require(HostSet("root@[::1]:2222").first)
    #expect(host == Host("::1", user: "root", port: 2222))
  }

  @Test func `files and standard input are read through the reader`() throws {
    let files = ["/h": "node[1-2] # two\n# none\n\nnode3,x", "b": "node2"]
    let reader = HostTextReader(file: { files[$0] ?? "" }, input: { "node[1-2]\nnode9\n" })
    func hosts(_ text: String) throws -> String { try HostSet(text, reader: reader).folded }
    #expect(try hosts("file:/h") == "node[1-3],x")
    #expect(try hosts("^/h!^b") == "node[1,3],x")
    #expect(try hosts("^/h^^b") == "node[1,3],x")
    #expect(try hosts("-") == "node[1-2,9]")
    #expect(try hosts("-!file:b,z") == "node[1,9],z")
  }

  @Test(.timeLimit(.minutes(1)))
  func `long lists of ranges, terms and removals take linear time`() throws {
    let ranges = (0..<60_000).map { "\(3 * $0)-\(3 * $0 + 1)" }.joined(separator: ",")
    let set = try HostSet("node[\(ranges)]")
    #expect(set.count == 120_000)
    #expect(try HostSet(set.folded) == set)
    let removals = (0..<60_000).map { "!node\(3 * $0)" }.joined()
    #expect(try HostSet("node[\(ranges)]\(removals)").count == 60_000)
    let words = (0..<60_000).map { String($0, radix: 36) }
    #expect(try HostSet(words.joined(separator: " ")).count == 60_000)
    #expect(HostSet(union: words.map { [Host($0)] }).count == 60_000)
  }

  @Test(.timeLimit(.minutes(1)))
  func `one hundred thousand names are one set`() throws {
    let names = (1...100_000).map { "node\($0)" }
    let set = try HostSet(names.reversed().joined(separator: ","))
    #expect(set.folded == "node[1-100000]")
    #expect(set.names == names)
  }
}
