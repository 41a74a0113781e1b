import ConvokeHosts
import Testbed
import Testing

@Suite struct HostSetFoldingTests {
  @Test(arguments: [
    ("node1", "node1"),
    ("node3,node1,node2", "node[1-3]"),
    ("node1,node3,node5", "node[1,3,5]"),
    ("node[0-4/2]", "node[0,2,4]"),
    ("node10,node9,node8,node100,node99", "node[8-10,99-100]"),
    ("node1,node01", "node[1,01]"),
    ("node08,node09,node10,node11,node12", "node[08-12]"),
    ("node8,node9,node10,node11,node12", "node[8-12]"),
    ("node[8-9],node[08-12]", "node[8-9,08-12]"),
    ("node[08-102]", "node[08-99,100-102]"),
    ("node[00-01],node0", "node[0,00-01]"),
    ("n1c1,n1c2,n2c1,n2c2", "n[1-2]c[1-2]"),
    ("n[1-4]c[01-36]", "n[1-4]c[01-36]"),
    ("n[1-3]c[01-04]!n2c01", "n[1,3]c[01-04],n2c[02-04]"),
    ("a[1-2]b[1-2]c[1-2]", "a[1-2]b[1-2]c[1-2]"),
    ("node[1-2]-ib,node[1-2]", "node[1-2],node[1-2]-ib"),
    ("login,node[1-2]", "login,node[1-2]"),
    ("root@node1,root@node2,node1,node2", "node[1-2],root@node[1-2]"),
    ("node1:22,node2:22,node3:23", "node[1-2]:22,node3:23"),
    ("[::2]:22,::1,::2", "::1,::2,[::2]:22"),
    ("local*4", "local*4"),
    ("local*1", "local*1"),
    ("local*4!local*1", "local*[2-4]"),
    ("local*4&local*[3]", "local*[3]"),
    ("local,local*2", "local,local*2"),
    ("10.0.0.1,10.0.0.2,10.0.1.1,10.0.1.2", "10.0.[0-1].[1-2]"),
  ])
  func `a set folds to this text`(expression: String, folded: String) throws {
    let set = try HostSet(expression)
    #expect(set.folded == folded)
    #expect(try HostSet(folded) == set)
    #expect(try HostSet(folded).folded == folded)
  }

  /// Names that ClusterShell once changed, by the number of its issue.
  @Test(arguments: [
    (286, "n[1-4]c[01-09]", "n[1-4]c[01-09]"),
    (286, "n[1-3]c[01-09],n4c[01-07]", "n[1-3]c[01-09],n4c[01-07]"),
    (293, "r14c[11-13],r02c[03-04]", "r02c[03-04],r14c[11-13]"),
    (293, "logstash2,logstash03", "logstash[2,03]"),
    (381, "mapr[001-006],mapr07", "mapr[07,001-006]"),
    (404, "node1,node01,node001,node10", "node[1,01,10,001]"),
    (427, "c[01-09],c010", "c[01-09,010]"),
    (429, "sh-107-06,sh-107-07,sh-110-15", "sh-107-[06-07],sh-110-15"),
    (442, "listserv01,listserv3,listserv2", "listserv[2-3,01]"),
    (442, "a001,a2", "a[2,001]"),
    (524, "node01,node1", "node[1,01]"),
  ])
  func `padding is never changed`(issue: Int, expression: String, folded: String) throws {
    let set = try HostSet(expression)
    #expect(set.folded == folded)
    #expect(Set(try HostSet(folded).names) == Set(set.names))
  }

  @Test func `parts keep the padding`() throws {
    let parts = try HostSet("r14c[11-13],r02c[03-04]").split(2)
    #expect(parts.map(\.folded) == ["r02c[03-04],r14c11", "r14c[12-13]"])
  }

  @Test func `one thousand irregular names fold to less terms than names`() throws {
    var generator = SeededGenerator(seed: 7)
    var names: Set<String> = []
    while names.count < 1000 {
      let numbers = (0..<3).map { _ in Int.random(in: 0..<40, using: &generator) }
      names.insert("r\(numbers[0])c\(numbers[1])n\(numbers[2])")
    }
    let set = HostSet(names.map { Host($0) })
    #expect(set.folded.split(separator: "r").count < 700)
    #expect(Set(try HostSet(set.folded).names) == names)
  }

  @Test func `the empty set folds to nothing`() { #expect(HostSet().folded.isEmpty) }
}
