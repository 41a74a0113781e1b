import ConvokeGroupFiles
import ConvokeHosts
import Foundation
import Testing

/// Where the files of the repository are.
enum Repository {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

@Suite struct DocumentationTests {
  /// The lines of the tables `| expression | hosts |` of the page on host sets.
  private static func examples() throws -> [(expression: String, hosts: String)] {
    let page = try String(
      contentsOf: Repository.folder.appending(path: "docs/host-sets.md"),
      encoding: .utf8
    )
    var isTable = false
    var examples: [(String, String)] = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "| expression | hosts |" { isTable = true }
      if !line.hasPrefix("|") { isTable = false }
      let cells = line.split(separator: " | ")
      guard isTable, cells.count == 2, let start = line.firstIndex(of: "`") else { continue }
      let end = cells[0].lastIndex(of: "`") ?? start
      let hosts = cells[1].trimmingCharacters(in: CharacterSet(charactersIn: " |"))
      examples.append((String(line[line.index(after: start)..<end]), hosts))
    }
    return examples
  }

  @Test func `every example of the page on host sets is true`() throws {
    let text = try String(
      contentsOf: Repository.folder.appending(path: "Examples/groups/groups.yaml"),
      encoding: .utf8
    )
    let groups = GroupResolver(files: [try GroupFile(text, name: "groups.yaml")])
    let examples = try Self.examples()
    #expect(examples.count > 30)
    for (expression, hosts) in examples {
      let set = try HostSet(expression, groups: groups)
      #expect(set.map(\.description).joined(separator: " ") == hosts, "\(expression)")
    }
  }
}
