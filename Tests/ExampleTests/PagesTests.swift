import Foundation
import Testbed
import Testing

/// The pages on workers and actors show lines of the examples.
struct PagesTests {
  @Test(arguments: [
    ("docs/swift-workers.md", "Examples/word-count/WordCount.swift"),
    ("docs/actors.md", "Examples/primes/Primes.swift"),
  ])
  func `the code of a page is that of an example`(page: String, example: String) throws {
    let page = try String(contentsOf: Tool.packageFolder.appending(path: page), encoding: .utf8)
    let code = try String(contentsOf: Tool.packageFolder.appending(path: example), encoding: .utf8)
    let blocks = page.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    #expect(blocks.count == 2)
    for block in blocks { #expect(code.contains(block), "\(block)") }
  }
}
