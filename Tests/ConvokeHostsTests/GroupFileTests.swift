import ConvokeGroupFiles
import ConvokeHosts
import Foundation
import Testing

@Suite struct GroupFileTests {
  private static func example(_ name: String) throws -> String {
    try String(
      contentsOf: Repository.folder.appending(path: "Examples/groups/\(name)"),
      encoding: .utf8
    )
  }

  @Test func `the example file has its groups`() throws {
    let file = try GroupFile(Self.example("groups.yaml"), name: "groups.yaml")
    #expect(file.defaultSource == "roles")
    let groups = GroupResolver(files: [file])
    #expect(groups.sourceNames == ["roles", "racks"])
    #expect(try HostSet("@idle", groups: groups).folded == "node[61-64]")
    #expect(try HostSet("@*", groups: groups).folded == "login1,node[1-64],storage[1-2]")
    #expect(try HostSet("@racks:*", groups: groups).folded == "login1,node[1-64],storage[1-2]")
  }

  @Test func `the Slurm example asks sinfo and squeue`() throws {
    let answers = [
      #"sinfo -h -o "%N" -p debug"#: "node[01-04]\n",
      #"sinfo -h -o "%N""#: "node[01-16]\n",
      #"sinfo -h -o "%R""#: "debug\nbatch\ndebug\n",
      #"sinfo -h -N -o "%R" -n node03"#: "debug\nbatch\n",
      #"squeue -h -j 4711 -o "%N""#: "node[02-03],node07\n",
      #"sinfo -h -o "%N" -t idle"#: "node[08-10]\n",
    ]
    let file = try GroupFile(Self.example("slurm.yaml"), name: "slurm.yaml") { command in
      try #require(answers[command], "\(command)")
    }
    let groups = GroupResolver(files: [file])
    #expect(try HostSet("@debug", groups: groups).folded == "node[01-04]")
    #expect(try HostSet("@*!@debug", groups: groups).folded == "node[05-16]")
    #expect(try HostSet("@slurmjob:4711", groups: groups).folded == "node[02-03,07]")
    #expect(try HostSet("@slurmstate:idle", groups: groups).folded == "node[08-10]")
    #expect(try groups.groupNames() == ["batch", "debug"])
    #expect(try groups.groups(of: "node03") == ["batch", "debug"])
  }

  @Test(arguments: [
    ("a: [1\n\n", "line 3"),
    ("a:\n  b: c\n d: e\n", "line 3"),
    ("- a\n", "line 1: a groups file maps"),
    ("x:\n  g: n1\ny: n2\n", "line 3: the source 'y' does not map groups to hosts"),
    ("x:\n  g: n1\n  h:\n    i: j\n", "line 4: the group 'h' is not a text"),
    ("x:\n  g:\n", "the group 'g' is not a text"),
    ("x:\n  g: n1\n  g: n2\n", "'g' occurs twice"),
    ("x:\n  upcalls:\n    list: a\n", "line 3: the source 'x' has no upcall 'map'"),
    ("x:\n  upcalls:\n    map: a\n    mop: b\n", "line 4: 'mop' is none of the upcalls"),
    ("x:\n  upcalls:\n    map: a\n", "line 3: the source 'x' needs commands"),
  ])
  func `an error has the file and the line`(text: String, part: String) {
    let error = #expect(throws: HostSetError.self) { try GroupFile(text, name: "g.yaml") }
    #expect(error?.code == .groupFile)
    #expect(error?.message.hasPrefix("the groups file 'g.yaml'") == true)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func `numbers and lists are texts of groups`() throws {
    let file = try GroupFile("s:\n  1: 007\n  b: [n1, 'n[2-3]']\n", name: "g.yaml")
    let groups = GroupResolver(files: [file])
    #expect(try HostSet("@1", groups: groups).folded == "007")
    #expect(try HostSet("@b", groups: groups).folded == "n[1-3]")
  }

  @Test func `an empty file has no sources`() throws {
    #expect(try GroupFile("# nothing\n", name: "g.yaml").sources.isEmpty)
  }

  @Test func `later files count before earlier ones`() throws {
    let one = try GroupFile("a:\n  g: n1\nb:\n  g: n2\n", name: "1")
    let two = try GroupFile("default: b\na:\n  g: n3\n", name: "2")
    let groups = GroupResolver(files: [one, two])
    #expect(try HostSet("@a:g,@g", groups: groups).folded == "n[2-3]")
  }
}
