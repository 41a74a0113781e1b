import ConvokeGroupFiles
import ConvokeHosts
import Testing

@Suite struct GroupResolverTests {
  private static let groups = GroupResolver(
    [
      YAMLGroupSource(
        name: "roles",
        groups: [
          "compute": "node[1-8]", "gpu": "node[7-8]", "login": "login[1-2]",
          "service": "@login,@racks:r9", "rack-1": "x1", "empty": "",
        ]
      ),
      YAMLGroupSource(
        name: "racks",
        groups: ["r1": "node[1-4]", "r2": "node[5-8]", "r9": "store1", "all": "node[1-8],store1"]
      ),
      YAMLGroupSource(name: "bad", groups: ["a": "@b", "b": "x,@c", "c": "@b", "wrong": "n[2-1]"]),
    ]
  )

  @Test(arguments: [
    ("@compute", "node[1-8]"),
    ("@roles:compute", "node[1-8]"),
    ("@service", "login[1-2],store1"),
    ("@rack-1", "x1"),
    ("@*", "login[1-2],node[1-8],store1,x1"),
    ("@racks:*", "node[1-8],store1"),
    ("@racks:r[1-2]", "node[1-8]"),
    ("@compute!@gpu", "node[1-6]"),
    ("@compute&@racks:r2", "node[5-8]"),
    ("@compute^@racks:*", "store1"),
    ("a,@empty", "a"),
    ("node[1-20]@gpu", "node[7-8]"),
    ("a,node[1-20]@racks:r2", "a,node[5-8]"),
    ("/^l.*1$/", "login1"),
    ("a,/^l.*1$/", "a,login1"),
    ("root@node[1-9]&@gpu", "root@node[7-8]"),
    ("gpu@node1", "gpu@node1"),
    ("root@@gpu,node7", "node7,root@node[7-8]"),
    ("root@@racks:r9", "root@store1"),
  ])
  func `groups stand for their hosts`(expression: String, folded: String) throws {
    #expect(try HostSet(expression, groups: Self.groups).folded == folded)
  }

  @Test(arguments: [
    ("@none", HostSetError.Code.unknownGroup, "'roles' has no group 'none', in '@none' at byte 0"),
    ("@none:x", .unknownSource, "no group source 'none'; known: roles, racks, bad"),
    ("@empty", .empty, "selects no host"),
    ("@bad:a", .groupCycle, "contains itself: @bad:b -> @bad:c -> @bad:b"),
    ("@bad:wrong", .range, "the group '@bad:wrong': the range '2-1' runs backwards"),
    ("root@@none", .unknownGroup, "has no group 'none', in 'root@@none' at byte 5"),
    ("-o@@gpu", .syntax, "the user starts with '-'"),
    ("node[1-2]@none", .unknownGroup, "has no group 'none'"),
  ])
  func `what is wrong with a group is said`(
    expression: String,
    code: HostSetError.Code,
    part: String
  ) {
    let error = #expect(throws: HostSetError.self) { try HostSet(expression, groups: Self.groups) }
    #expect(error?.code == code)
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func `groups cannot read files`() {
    let source = YAMLGroupSource(name: "s", groups: ["a": "file:/etc/hosts"])
    let error = #expect(throws: HostSetError.self) {
      try HostSet("@a", groups: GroupResolver([source]), reader: .system)
    }
    #expect(error?.code == .unreadable)
  }

  @Test func `groups that name others twice over are each read once`() throws {
    var groups = ["g0": "node1"]
    for level in 1...60 { groups["g\(level)"] = "@g\(level - 1),@g\(level - 1)" }
    let resolver = GroupResolver([YAMLGroupSource(name: "s", groups: groups)])
    #expect(try HostSet("@g60", groups: resolver).folded == "node1")
  }

  @Test func `the groups of a host are listed`() throws {
    #expect(try Self.groups.groups(of: "node7") == ["compute", "gpu"])
    #expect(
      try Self.groups.groups(of: Host("node7", user: "root"), source: "racks") == ["all", "r2"]
    )
    #expect(try Self.groups.groups(of: "other").isEmpty)
    #expect(try Self.groups.groupNames(source: "racks") == ["all", "r1", "r2", "r9"])
  }

  @Test(arguments: [
    ("node[1-8]", nil, "@compute"),
    ("node[1-8],login1", nil, "@compute,login1"),
    ("node[5-8]", nil, "@gpu,node[5-6]"),
    ("node[1-8]", "racks", "@racks:r1,@racks:r2"),
    ("node[1-7],z", "racks", "@racks:r1,node[5-7],z"),
    ("z", nil, "z"),
  ])
  func `hosts are regrouped`(expression: String, source: String?, text: String) throws {
    let set = try HostSet(expression)
    #expect(try set.regrouped(by: Self.groups, source: source) == text)
    #expect(try HostSet(text, groups: Self.groups) == set)
  }

  @Test func `a resolver without sources says so`() {
    let error = #expect(throws: HostSetError.self) { try GroupResolver([]).hosts(in: "a") }
    #expect(error?.code == .unknownSource)
  }
}
