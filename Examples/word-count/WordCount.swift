// Counts the words of files, on workers in Python and in Swift together.
//
//   swift run word-count FILE...                                     two workers of each kind, here
//   WORKERS='ssh=node[1-4] ssh=node[5-8]//swift' swift run word-count FILE...
//
// Each worker takes a file, answers with its counts, and takes the next one.

import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import Foundation

let countInPython = RemoteProgram.python(
  """
  for text in channel:
      counts = {}
      for word in text.lower().split():
          counts[word] = counts.get(word, 0) + 1
      channel.send(counts)
  """
)

let countInSwift = RemoteTask("count") { channel in
  for try await text in channel.items(as: String.self) {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    try await channel.send(Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +))
  }
}

/// Hands out texts, each once.
actor Texts {
  private var paths: ArraySlice<String>

  init(_ paths: ArraySlice<String>) { self.paths = paths }

  func next() throws -> String? {
    try self.paths.popFirst().map { try String(contentsOfFile: $0, encoding: .utf8) }
  }
}

@main
enum WordCount {
  static func main() async throws {
    await Worker.serveIfAsked([countInSwift])
    let texts = Texts(CommandLine.arguments.dropFirst())
    let specs = ProcessInfo.processInfo.environment["WORKERS"] ?? "local*2 local*2//swift"
    let counts = try await withGroup(specs.split(separator: " ").map(String.init)) { group in
      try await withThrowingTaskGroup(of: [String: Int].self) { tasks in
        for gateway in group.gateways { tasks.addTask { try await self.count(texts, on: gateway) } }
        var total: [String: Int] = [:]
        for try await counts in tasks { total.merge(counts, uniquingKeysWith: +) }
        return total
      }
    }
    let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10)
    for (word, count) in frequent { print("\(count) \(word)") }
  }

  private static func count(_ texts: Texts, on gateway: Gateway) async throws -> [String: Int] {
    let isSwift = if case .swift = gateway.spec.interpreter { true } else { false }
    let channel = try gateway.execute(isSwift ? .task("count") : countInPython)
    var total: [String: Int] = [:]
    while let text = try await texts.next() {
      try await channel.send(text)
      total.merge(try await channel.receive(as: [String: Int].self), uniquingKeysWith: +)
    }
    channel.close()
    return total
  }
}
