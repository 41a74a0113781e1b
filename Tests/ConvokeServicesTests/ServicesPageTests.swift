import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Foundation
import Testbed
import Testing

/// The example of docs/services.md, which is compared with the page.
@Suite(.timeLimit(.minutes(1)))
struct ServicesPageTests {
  @Test func `processes through a gateway`() async throws {
    // PAGE
    let lines = try await withGateway("popen") { gateway in
      let blue = Command.shell("echo $COLOR; exit 3").with { $0.environment["COLOR"] = "blue" }
      let result = await gateway.run(blue)
      let answer = try await gateway.start(Command("python3", "-i")) { process in
        try await process.write("6*7\n")
        return try await process.expect(/\d+/, within: .seconds(20)).text
      }
      return [result.stdout.trimmedText, "\(result.outcome)", answer]
    }
    // END
    #expect(lines == ["blue", "exited with code 3", "42"])
  }

  @Test func `the page shows what is tested here`() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let page = try String(
      contentsOf: Tool.packageFolder.appending(path: "docs/services.md"),
      encoding: .utf8
    )
    let start = try #require(source.firstRange(of: "// PAGE\n")).upperBound
    let end = try #require(source.firstRange(of: "    // END")).lowerBound
    let example = source[start..<end].split(separator: "\n").map { $0.dropFirst(4) }
    #expect(page.contains(example.joined(separator: "\n")))
  }
}
