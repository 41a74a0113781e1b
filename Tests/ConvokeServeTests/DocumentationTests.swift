import ArgumentParser
import ConvokeGateway
import Foundation
import Testbed
import Testing

@testable import ConvokeCommand

/// The page on the server says what is true.
@Suite struct DocumentationTests {
  private static func lines(startingWith prefix: String) throws -> [String] {
    let file = Tool.packageFolder.appending(path: "docs/serve.md")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix(prefix) }
  }

  @Test func `every command of the page is understood`() throws {
    let commands = try Self.lines(startingWith: "convoke serve")
    #expect(commands.count == 3)
    for command in commands {
      let words = command.split(separator: " ").dropFirst(2).map(String.init)
      _ = try ServeCommand.parse(words)
    }
  }

  @Test func `every specification of the page is understood`() throws {
    let specs = try Self.lines(startingWith: "socket=")
    #expect(specs.count == 3)
    for spec in specs { #expect(try GatewaySpec(spec).security != nil) }
  }

  @Test func `every option of the table exists, with its default`() throws {
    let help = ServeCommand.helpMessage(columns: 200)
    for row in try Self.lines(startingWith: "| `--") {
      let words = row.split(separator: "`")[1].split(separator: " ")
      #expect(help.contains(String(words[0])))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `the example in Swift works`() async throws {
    try await ServeProgram.serving { server in
      let answer = try await withGateway("socket=127.0.0.1:\(server.port)") { gateway in
        try await gateway.execute(.python("channel.send(6 * 7)")).receive(as: Int.self)
      }
      #expect(answer == 42)
    }
  }
}
