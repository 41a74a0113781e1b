import ConvokeGroupFiles
import ConvokeHosts
import Testing

@Suite struct HostSetErrorTests {
  @Test(arguments: [
    ("", HostSetError.Code.empty, "selects no host"),
    ("  ", .empty, "selects no host"),
    ("a!a", .empty, "the expression 'a!a' selects no host"),
    ("a&b", .empty, "selects no host"),
    ("a,", .syntax, "the operator ',' has nothing after it, in 'a,' at byte 1"),
    ("a ! ", .syntax, "the operator '!' has nothing after it"),
    (",a", .syntax, "a host is missing"),
    ("a,,b", .syntax, "a host is missing, in 'a,,b' at byte 2"),
    ("node[1-3", .syntax, "the bracket '[' is not closed, in 'node[1-3' at byte 4"),
    ("node1-3]", .syntax, "has a ']'"),
    ("node[1]3]", .syntax, "the name has a ']', in 'node[1]3]' at byte 8"),
    ("node[]", .syntax, "is not a number or a range"),
    ("node[1,,2]", .syntax, "is not a number or a range"),
    ("node[a-c]", .syntax, "'a-c' is not a range of numbers"),
    ("node[1-2-3]", .syntax, "'1-2-3' is not a range"),
    ("node[1-100000000000000000]", .syntax, "at most 17 digits"),
    ("node[5-1]", .range, "the range '5-1' runs backwards, in 'node[5-1]' at byte 5"),
    ("node[1-010]", .range, "padded differently"),
    ("node[01-9]", .range, "padded differently"),
    ("node[001-10]", .range, "padded differently"),
    ("node[01-010]", .range, "padded differently"),
    ("node[1-9/0]", .range, "has a step"),
    ("node[1-9/]", .range, "has a step"),
    ("node[1-20000000]", .tooManyHosts, "stands for 20000000 numbers; the limit is 10000000"),
    ("n[1-5000]c[1-5000]", .tooManyHosts, "stands for 25000000 hosts; the limit is 10000000"),
    ("local*99999999", .tooManyHosts, "99999999"),
    ("local*", .syntax, "after 'local*' comes a count"),
    ("local*0", .syntax, "after 'local*' comes a count"),
    ("@node", .unknownSource, "give a groups file"),
    ("@", .syntax, "the name of a group is missing"),
    ("@:a", .syntax, "the name of a group is missing"),
    ("/node/", .unknownSource, "give a groups file"),
    ("a&/node", .syntax, "has no '/' at its end"),
    ("a&/(/", .regex, "the regular expression is wrong"),
    ("@x@y", .unknownSource, "groups"),
    ("root@", .syntax, "a host is missing after '@'"),
    ("node:", .syntax, "a port from 1 to 65535"),
    ("node:0", .syntax, "a port from 1 to 65535"),
    ("node:65536", .syntax, "a port from 1 to 65535"),
    ("node:ssh", .syntax, "a port from 1 to 65535"),
    ("[::1]x", .syntax, "a port from 1 to 65535"),
    ("[:]", .syntax, "this is neither HOST:PORT nor an IPv6 address"),
    ("x:y:z", .syntax, "this is neither HOST:PORT nor an IPv6 address"),
    ("fe80::[1-3]", .syntax, "which cannot have ranges"),
    ("-oProxyCommand", .syntax, "the name starts with '-'"),
    ("-x@node", .syntax, "the user starts with '-'"),
    ("node*", .syntax, "the name has a '*'"),
    ("ssh=node//x", .syntax, "the name has a '='"),
    ("$(id)", .syntax, "the name has a '$'"),
    ("node[1-2];id", .syntax, "the name has a ';'"),
    ("file:", .syntax, "the path of a file is missing"),
    ("file:/etc/hosts", .unreadable, "may not be read here"),
    ("^/etc/hosts", .unreadable, "may not be read here"),
    ("-", .unreadable, "standard input may not be read here"),
  ])
  func `an error says what is wrong`(
    expression: String,
    code: HostSetError.Code,
    part: String
  ) {
    let error = #expect(throws: HostSetError.self) { try HostSet(expression) }
    #expect(error?.code == code)
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    if let position = error?.position { #expect(position <= expression.utf8.count) }
  }

  @Test func `an error in a file has its line`() {
    let reader = HostTextReader(file: { _ in "a\n# x\nnode[3-1]\n" }, input: { "" })
    let error = #expect(throws: HostSetError.self) { try HostSet("b,file:h", reader: reader) }
    #expect(error?.code == .range)
    #expect(error?.message.hasPrefix("the file 'h', line 3: the range '3-1'") == true)
  }

  @Test func `a file cannot take in another file`() {
    let reader = HostTextReader(file: { _ in "file:h" }, input: { "" })
    let error = #expect(throws: HostSetError.self) { try HostSet("file:h", reader: reader) }
    #expect(error?.code == .unreadable)
  }

  @Test func `a file that is missing is named`() {
    let error = #expect(throws: HostSetError.self) {
      try HostSet("file:/no/such/hosts", reader: .system)
    }
    #expect(error?.code == .unreadable)
    #expect(error?.message.contains("'/no/such/hosts'") == true)
  }

  @Test func `the limit holds for unions and can be set`() throws {
    let error = #expect(throws: HostSetError.self) { try HostSet("a[1-6],b[1-6]", limit: 10) }
    #expect(error?.code == .tooManyHosts)
    #expect(error?.message.contains("12 hosts; the limit is 10") == true)
    #expect(try HostSet("a[1-6],a[2-7]", limit: 10).count == 7)
  }
}
