import Foundation
import Testbed
import Testing

/// The page shows what the tests run.
@Suite struct ExamplesPageTests {
  @Test func `every piece of Swift on the page is one that is run here`() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let sources = try FileManager.default.contentsOfDirectory(atPath: here.path)
      .filter { $0.hasSuffix("Examples.swift") }
      .map { try String(contentsOf: here.appending(path: $0), encoding: .utf8) }.joined()
    let page = try String(
      contentsOf: Tool.packageFolder.appending(path: "docs/from-execnet.md"),
      encoding: .utf8
    )
    let pieces = page.split(separator: "```swift\n").dropFirst()
      .map { $0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex) }
    #expect(pieces.count >= 20)
    for piece in pieces { #expect(sources.contains(piece), "\(piece)") }
    let functions = sources.split(separator: "\nfunc ").dropFirst()
    for function in functions {
      let name = function.prefix { $0 != "(" }
      #expect(page.contains("func \(name)("), "\(name) is not on the page")
    }
  }
}
