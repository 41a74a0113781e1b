import ConvokeGateway
import ConvokeServices
import ConvokeWire
import Foundation
import Testbed
import Testing

/// The examples of docs/gateways.md, line by line.
@Suite(.timeLimit(.minutes(1)))
struct ExampleTests {
  @Test func `code on a gateway`() async throws {
    let sum = try await withGateway("popen") { gateway in
      let channel = try gateway.execute(.python("channel.send(channel.receive() + 1)"))
      try await channel.send(41)
      return try await channel.receive(as: Int.self)
    }
    #expect(sum == 42)
  }

  @Test func `a channel as a file`() async throws {
    let lines = try await withGateway("popen") { gateway in
      let channel = try gateway.execute(.python("channel.send('one\\ntw'); channel.send('o\\n')"))
      let reader = channel.makeReader(closesChannel: true)
      defer { reader.close() }
      var lines: [String] = []
      for try await line in reader.lines { lines.append(line) }
      return lines
    }
    #expect(lines == ["one", "two"])
  }

  @Test func `a directory to a group`() async throws {
    try await SyncFixture.withFixture { fixture in
      try fixture.write("page", "text")
      try fixture.write("page.o", "object")
      let source = fixture.source.path
      let destination = fixture.folder.appending(path: "to").path
      let report = try await withGroup(["popen*3"]) { group in
        var options = SyncOptions()
        options.filter = SyncOptions.excluding(["*.o", ".git/"])
        options.onEvent = { event in
          if case .failed(let gateway, let path, let reason) = event {
            print("\(gateway): \(path): \(reason)")
          }
        }
        var sync = DirectorySync(source, options: options)
        for (number, gateway) in group.gateways.enumerated() {
          sync.addTarget(gateway, "\(destination)\(number)", deletes: true)
        }
        return try await sync.run()
      }
      #expect(report.isOK && report.outcomes.map(\.files) == [1, 1, 1])
    }
  }
}
