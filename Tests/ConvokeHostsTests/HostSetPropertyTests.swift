import ConvokeHosts
import Testbed
import Testing

@Suite struct HostSetPropertyTests {
  /// Random names of several dimensions with mixed padding, many of them neighbours.
  private static func names(using generator: inout SeededGenerator) -> Set<String> {
    let texts = ["n", "node", "r", "c", "x-y", "é", "-", "."]
    let pieces = Int.random(in: 0...3, using: &generator)
    let separators = (0...pieces).map { _ in texts.randomElement(using: &generator) ?? "n" }
    let first = texts.prefix(6).randomElement(using: &generator) ?? "n"
    let bound = [3, 12, 110].randomElement(using: &generator) ?? 3
    var names: Set<String> = []
    for _ in 0..<Int.random(in: 1...200, using: &generator) {
      var name = first
      for piece in 0..<pieces {
        let number = String(Int.random(in: 0..<bound, using: &generator))
        let zeros = Int.random(in: 0...9, using: &generator)
        name += String(repeating: "0", count: zeros < 3 ? zeros : 0) + number
        if piece < pieces - 1 || Bool.random(using: &generator) { name += separators[piece + 1] }
      }
      names.insert(name)
    }
    return names
  }

  private static func host(_ name: String, using generator: inout SeededGenerator) -> Host {
    let user = [nil, nil, "root", "a.b"].randomElement(using: &generator) ?? nil
    let port = [nil, nil, 22, 2222].randomElement(using: &generator) ?? nil
    return Host(name, user: user, port: port)
  }

  @Test func `expanding what was folded gives the same hosts`() throws {
    let seed = SeededGenerator.announcedSeed()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let names = Self.names(using: &generator)
      let set = HostSet(names.map { Host($0) })
      #expect(Set(set.names) == names, "seed \(seed)")
      let again = try HostSet(set.folded)
      #expect(again == set, "seed \(seed): \(set.folded)")
      #expect(try HostSet(names.joined(separator: ",")) == set, "seed \(seed)")
    }
  }

  @Test func `users and ports survive folding`() throws {
    let seed = SeededGenerator.announcedSeed()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var hosts: Set<Host> = []
      for name in Self.names(using: &generator) {
        hosts.insert(Self.host(name, using: &generator))
      }
      let set = HostSet(hosts)
      #expect(Set(set) == hosts, "seed \(seed)")
      #expect(try HostSet(set.folded) == set, "seed \(seed): \(set.folded)")
    }
  }

  @Test func `the operations agree with those of the standard library`() throws {
    let seed = SeededGenerator.announcedSeed()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let all = Array(Self.names(using: &generator)).sorted()
      let left = Set(all.filter { _ in Bool.random(using: &generator) })
      let right = Set(all.filter { _ in Bool.random(using: &generator) })
      let (one, two) = (HostSet(left.map { Host($0) }), HostSet(right.map { Host($0) }))
      #expect(Set(one.union(two).names) == left.union(right), "seed \(seed)")
      #expect(Set(one.subtracting(two).names) == left.subtracting(right), "seed \(seed)")
      #expect(Set(one.intersection(two).names) == left.intersection(right), "seed \(seed)")
      let difference = one.symmetricDifference(two)
      #expect(Set(difference.names) == left.symmetricDifference(right), "seed \(seed)")
      #expect(one.isSubset(of: two) == left.isSubset(of: right), "seed \(seed)")
      #expect(one.isDisjoint(with: two) == left.isDisjoint(with: right), "seed \(seed)")
      #expect(difference.count == difference.names.count, "seed \(seed)")
    }
  }

  @Test func `positions and hosts belong together`() throws {
    let seed = SeededGenerator.announcedSeed()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let set = HostSet(Self.names(using: &generator).map { Host($0) })
      #expect(Array(set) == set.indices.map { set[$0] }, "seed \(seed)")
      #expect(set.indices.allSatisfy { set.position(of: set[$0]) == $0 }, "seed \(seed)")
      #expect(HostSet(set.reversed()) == set, "seed \(seed)")
      let parts = set.split(Int.random(in: 1...9, using: &generator))
      #expect(parts.flatMap { $0 } == Array(set), "seed \(seed)")
    }
  }

  @Test func `random text is read or refused and never crashes`() {
    let seed = SeededGenerator.announcedSeed()
    var generator = SeededGenerator(seed: seed)
    let bytes = Array("n1[]-,!&^@:/ 09*.local\n\\é".utf8)
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...14, using: &generator)
      let text = (0..<length).map { _ in bytes.randomElement(using: &generator) ?? 0 }
      let expression = String(decoding: text, as: UTF8.self)
      guard let set = try? HostSet(expression, limit: 1000) else { continue }
      #expect((try? HostSet(set.folded)) == set, "seed \(seed): \(expression)")
    }
  }
}
