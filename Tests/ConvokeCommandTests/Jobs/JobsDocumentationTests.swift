import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1))) struct JobsDocumentationTests {
  private static func blocks(_ language: String) throws -> [[String]] {
    let page = Tool.packageFolder.appending(path: "docs/jobs.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap { part in
      part.components(separatedBy: "```").first.map {
        $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
      }
    }
  }

  @Test func `the console examples print what the page says`() async throws {
    let blocks = try Self.blocks("console")
    #expect(blocks.count == 5)
    let folder = URL(filePath: Tool.convoke).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    try await TemporaryFolder.withFolder { place in
      for block in blocks {
        let lines = block.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        let expected = block.filter { !$0.hasPrefix("$ ") }
        let command = Command.shell(lines.joined(separator: "\n")).with {
          $0.directory = place.path
          $0.environment = [
            "PATH": "\(folder):\(path)", "CONVOKE_CONFIG": "", "XDG_STATE_HOME": place.path,
          ]
          $0.deadline = .seconds(40)
        }
        let result = await command.run()
        #expect(result.stdout.lines == expected, "\(lines) \(result.stderr.text)")
      }
    }
  }

  // Compiled in the tests of the fleet.
  @Test func `the Swift example is the one that the tests compile`() throws {
    let file = Tool.packageFolder.appending(
      path: "Tests/ConvokeFleetTests/Jobs/JobExampleTests.swift"
    )
    let tests = try String(contentsOf: file, encoding: .utf8)
    let code = Set(tests.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    for line in try Self.blocks("swift").joined() {
      #expect(code.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
    }
  }
}
