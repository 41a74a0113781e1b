import Convoke
import Distributed
import Foundation
import Testing

private distributed actor Counter: SpawnableActor {
  typealias ActorSystem = ConvokeActorSystem
  init(actorSystem: ConvokeActorSystem, start: Nothing) { self.actorSystem = actorSystem }
  distributed func count(_ range: Range<Int>) -> Int { range.count }
}

struct ReadmeExampleTests {
  // Compiled, not run: it needs 64 hosts.
  private func example() async throws {
    let ranges = [0..<10, 10..<20]
    var total = 0
    // README
    let kernel = await Command("uname", "-r").run(on: "node1").stdout.trimmedText

    let fleet = Fleet(try HostSet("node[1-64]"))
    let report = await fleet.run("make -j4 check", window: 32, deadline: .seconds(1200))
    print(report.folded)

    for await event in fleet.events(for: .put(["bench"], to: "/tmp/")) {
      if case .ended(let result) = event { print(result.host, result.outcome) }
    }

    try await withActors(Counter.self, on: ["ssh=node[1-8]//swift"]) { counters in
      for try await count in counters.map(ranges, { try await $0.count($1) }) { total += count }
    }

    try await withGroup(["popen*4", "ssh=node1//python=python3.6"]) { group in
      let sums = try group.execute(.python("channel.send(sum(channel.receive()))"))
      try await sums.sendEach([1, 2, 3])
      for try await (gateway, total) in sums { print(gateway.id, total) }
    }
    // END
    print(kernel, total)
  }

  @Test func `the example of the README is the one that is compiled here`() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let readme = #filePath.replacing(
      "Tests/ConvokeFleetTests/Examples/ReadmeExampleTests.swift",
      with: "README.md"
    )
    let text = try String(contentsOfFile: readme, encoding: .utf8)
    let parts = source.split(separator: "    // README\n").dropFirst()
    let body = try #require(parts.first?.split(separator: "    // END\n").first)
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }
    #expect(text.contains(lines.joined(separator: "\n")))
  }
}
