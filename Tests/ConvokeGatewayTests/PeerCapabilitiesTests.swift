import ConvokeWire
import Testing

@testable import ConvokeGateway

struct PeerCapabilitiesTests {
  private func peer(version: Int, oldest: Int?) throws -> PeerCapabilities {
    var pairs: [WireValue.Pair] = [.init("version", .int(version))]
    if let oldest { pairs.append(.init("oldest", .int(oldest))) }
    return try #require(PeerCapabilities(.dictionary(pairs)))
  }

  @Test func `versions next to each other talk`() throws {
    let mine = PeerCapabilities.version
    #expect(try self.peer(version: mine, oldest: nil).objection == nil)
    #expect(try self.peer(version: mine + 1, oldest: mine).objection == nil)
    #expect(try self.peer(version: mine + 7, oldest: PeerCapabilities.oldest).objection == nil)
  }

  @Test func `versions too far apart are refused with both and what to do`() throws {
    let mine = PeerCapabilities.version
    let newer = try self.peer(version: mine + 2, oldest: mine + 1).objection
    #expect(newer?.contains("version \(mine + 1) to \(mine + 2)") == true)
    #expect(newer?.contains("use a newer convoke") == true)
    let older = try self.peer(version: PeerCapabilities.oldest - 1, oldest: nil).objection
    #expect(older?.contains("version \(PeerCapabilities.oldest - 1)") == true)
    #expect(older?.contains("use an older convoke") == true)
  }

  @Test func `what this side says is what it understands`() throws {
    let hello = try #require(PeerCapabilities(PeerCapabilities.hello(heartbeat: .seconds(5))))
    #expect(hello.objection == nil)
    #expect(hello.window == PeerCapabilities.window)
    #expect(hello.heartbeat == .seconds(5))
    #expect(hello.hasHeartbeat && hello.hasOutput)
  }

  @Test func `nonsense is no HELLO`() {
    #expect(PeerCapabilities(.list([])) == nil)
  }
}
