import Convoke
import Foundation
import Testbed
import Testing

/// The example of workers in docs/fleet.md.
struct WorkersExampleTests {
  // Compiled, not run: it needs 64 hosts.
  private func example() async throws {
    // PAGE
    let gateways = GatewayConnections(.python)  // or .swift, .automatic
    let report = await Fleet(try HostSet("node[1-64]"), gateways: gateways).run("make -j4 check")
    await gateways.close()
    // END
    print(report.folded)
  }

  @Test func `the page shows what is compiled here`() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let page = try String(
      contentsOf: Tool.packageFolder.appending(path: "docs/fleet.md"),
      encoding: .utf8
    )
    let start = try #require(source.firstRange(of: "// PAGE\n")).upperBound
    let end = try #require(source.firstRange(of: "    // END")).lowerBound
    let example = source[start..<end].split(separator: "\n").map { $0.dropFirst(4) }
    #expect(page.contains(example.joined(separator: "\n")))
  }
}
