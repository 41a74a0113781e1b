import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GatewaysDocumentationTests {
  private static let page = Tool.packageFolder.appending(path: "docs/gateways.md")

  private static func blocks(_ language: String) throws -> [[String]] {
    let text = try String(contentsOf: self.page, encoding: .utf8)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap { part in
      part.components(separatedBy: "```").first.map {
        $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
      }
    }
  }

  @Test func `the console examples print what the page says`() async throws {
    let blocks = try Self.blocks("console")
    #expect(blocks.count >= 5)
    let folder = URL(filePath: Tool.convoke).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    try await TemporaryFolder.withFolder { place in
      for block in blocks {
        let lines = block.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        let expected = block.filter { !$0.hasPrefix("$ ") }
        let command = Command.shell(lines.joined(separator: "\n")).with {
          $0.directory = place.path
          $0.environment = ["PATH": "\(folder):\(path)", "CONVOKE_CONFIG": ""]
          $0.deadline = .seconds(40)
        }
        let result = await command.run()
        #expect(result.stdout.lines == expected, "\(lines) \(result.stderr.text)")
      }
    }
  }

  @Test func `the Swift examples are those that the tests run`() throws {
    let file = Tool.packageFolder.appending(path: "Tests/ConvokeServicesTests/ExampleTests.swift")
    let tests = try String(contentsOf: file, encoding: .utf8)
    let code = Set(
      tests.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    )
    let blocks = try Self.blocks("swift")
    #expect(blocks.count >= 3)
    for line in blocks.joined() {
      #expect(code.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
    }
  }
}
