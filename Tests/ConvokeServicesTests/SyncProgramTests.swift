import ConvokeGateway
import ConvokeWire
import Foundation
import Testbed
import Testing

@testable import ConvokeServices

/// The program of the far side, when it is told what no controller of ours says.
@Suite(.timeLimit(.minutes(1)))
struct SyncProgramTests {
  /// Starts the program with a directory and a list of entries below it.
  private static func withProgram(
    on worker: SyncFixture.Worker,
    _ place: URL,
    _ entries: [WireValue],
    _ body: (Channel) async throws -> Void
  ) async throws {
    try await SyncFixture.withWorker(worker) { gateway in
      let channel = try gateway.execute(SyncProgram.program)
      try channel.reconfigure(WireStringCoercion(python2String: .bytes, isTextBytes: false))
      try await channel.send(.tuple([.bytes(Array(place.path.utf8)), .bool(true)]))
      let list = [SyncFixture.entry(-1, "", 0)] + entries
      try await channel.send(.tuple([.int(SyncProgram.Order.list), .list(list)]))
      try await body(channel)
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `names that lead out of its directory are refused`(
    _ worker: SyncFixture.Worker
  ) async throws {
    try await TemporaryFolder.withFolder { folder in
      for name in ["..", "a/b", "", "."] {
        let place = folder.appending(path: "to")
        try await Self.withProgram(on: worker, place, [SyncFixture.entry(0, name, 1)]) { channel in
          let error = await #expect(throws: GatewayError.self) {
            try await channel.waitClosed(within: .seconds(20))
          }
          let text = error?.remoteTraceback ?? error?.message
          #expect(text?.contains("is not allowed") == true)
        }
      }
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `a file that arrives damaged leaves the old one as it was`(
    _ worker: SyncFixture.Worker
  ) async throws {
    try await TemporaryFolder.withFolder { folder in
      let place = folder.appending(path: "to")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let file = place.appending(path: "file")
      try Data("old".utf8).write(to: file)
      let hash = WireValue.string(String(repeating: "0", count: 64))
      try await Self.withProgram(on: worker, place, [SyncFixture.entry(0, "file", 1)]) { channel in
        #expect(try await Self.reply(of: channel) == .int(SyncProgram.Reply.want))
        try await channel.send(.tuple([.int(SyncProgram.Order.start), 1]))
        try await channel.send(.bytes(Array("piece".utf8)))
        #expect(try await Self.reply(of: channel) == .int(SyncProgram.Reply.received))
        try await channel.send(.tuple([.int(SyncProgram.Order.end), hash]))
        #expect(try await Self.reply(of: channel) == .int(SyncProgram.Reply.failed))
        let whole = WireValue.bytes(Array("whole".utf8))
        try await channel.send(.tuple([.int(SyncProgram.Order.whole), 1, hash, whole]))
        #expect(try await Self.reply(of: channel) == .int(SyncProgram.Reply.failed))
        #expect(try String(contentsOf: file, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["file"])
        channel.close()
      }
    }
  }

  private static func reply(of channel: Channel) async throws -> WireValue? {
    try await channel.receive(within: .seconds(20)).elements?.first
  }
}
