import ConvokeHosts
import Testbed
import Testing

@Suite struct HostSetSelectionTests {
  private static func set(_ text: String) throws -> HostSet { try HostSet(text) }

  @Test(arguments: [
    ("node[1-9]", 2, ["node[1-5]", "node[6-9]"]),
    ("node[1-9]", 3, ["node[1-3]", "node[4-6]", "node[7-9]"]),
    ("node[1-10]", 4, ["node[1-3]", "node[4-6]", "node[7-8]", "node[9-10]"]),
    ("node[1-2]", 5, ["node1", "node2"]),
    ("a,b,n[1-2]c[1-2]", 2, ["a,b,n1c1", "n1c2,n2c[1-2]"]),
    ("node1", 1, ["node1"]),
  ])
  func `a set splits into contiguous parts`(text: String, count: Int, parts: [String]) throws {
    #expect(try Self.set(text).split(count).map(\.folded) == parts)
  }

  @Test(arguments: [
    ("0", "node1"), ("0-2", "node[1-3]"), ("0-9/4,5", "node[1,5-6,9]"), ("8-100", "node9"),
    ("100", ""),
  ])
  func `a slice takes the hosts at positions`(positions: String, folded: String) throws {
    #expect(try Self.set("node[1-9]").slice(positions).folded == folded)
  }

  @Test func `a slice that is no list of ranges is an error`() throws {
    let set = try Self.set("node[1-9]")
    #expect(throws: HostSetError.self) { try set.slice("x") }
    #expect(throws: HostSetError.self) { try set.slice("3-1") }
  }

  @Test func `ranges of positions beyond the end select what there is`() throws {
    let set = try Self.set("a,node[1-3],z")
    #expect(set.slice(1..<3).folded == "node[1-2]")
    #expect(set.slice(0..<9) == set)
    #expect(set.slice(7..<9).isEmpty)
    #expect(HostSet(set[1..<4]).folded == "node[1-3]")
  }

  @Test func `the same seed picks the same hosts`() throws {
    let set = try Self.set("n[1-30]c[1-30],login")
    var one = SeededGenerator(seed: 3)
    var other = SeededGenerator(seed: 3)
    let picked = set.pick(17, using: &one)
    #expect(picked.count == 17)
    #expect(picked == set.pick(17, using: &other))
    #expect(picked.isSubset(of: set))
    #expect(set.pick(17, using: &one) != picked)
  }

  @Test func `picking more than there are gives all`() throws {
    let set = try Self.set("node[1-3]")
    #expect(set.pick(9) == set)
    #expect(set.pick(0).isEmpty)
  }

  @Test func `every host is picked as often as any other`() throws {
    let set = try Self.set("node[0-9]")
    var generator = SeededGenerator(seed: 11)
    var times = [Int](repeating: 0, count: 10)
    for _ in 0..<3000 {
      for host in set.pick(3, using: &generator) { times[set.position(of: host) ?? 0] += 1 }
    }
    // Each has 900 in the mean with a standard deviation of 25.
    #expect(times.allSatisfy { (780...1020).contains($0) })
  }

  @Test func `numbers are in their natural order`() throws {
    let set = try Self.set("node10,node2,node1,login,node02")
    #expect(set.names == ["login", "node1", "node2", "node02", "node10"])
    #expect(set.contains("node02"))
    #expect(!set.contains("node03"))
    #expect(set.position(of: "node10") == 4)
    #expect(set.position(of: "other") == nil)
  }

  @Test func `options make hosts different and do not get lost`() {
    let keyed = Host("node1", options: ["IdentityFile": "/key"])
    let set: HostSet = ["node1", keyed, "node2", keyed]
    #expect(set.count == 3)
    #expect(set.contains(keyed))
    #expect(set.subtracting(["node1"]) == ["node2"])
    #expect(set.intersection([keyed]) == [keyed])
  }

  @Test func `a name may have any bytes when it does not come from text`() {
    let odd = Host("a\u{0}1")
    let set: HostSet = [odd, "a1", "a2"]
    #expect(set.count == 3)
    #expect(set.contains(odd))
    #expect(Set(set) == [odd, "a1", "a2"])
  }
}
