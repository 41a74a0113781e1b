import ConvokeProcess
import Testing

@testable import ConvokeSSH

/// The state machine of the protocol, without a socket.
@Suite struct MuxProtocolTests {
  @Test func `it greets and asks for proxy mode`() {
    var mux = MuxProtocolState()
    let answer7 = mux.takeOutgoing()
    #expect(
      answer7 == frame([0, 0, 0, 1, 0, 0, 0, 4]) + frame([16, 0, 0, 15, 0, 0, 0, 0])
    )
  }

  @Test func `a byte at a time it becomes ready`() throws {
    var mux = MuxProtocolState()
    var events: [MuxProtocolState.Event] = []
    for byte in self.answers { events += try mux.receive([byte]) }
    #expect(events == [.ready])
  }

  @Test func `a master without proxy mode is an error`() throws {
    var mux = MuxProtocolState()
    _ = try mux.receive(frame([0, 0, 0, 1, 0, 0, 0, 4])[...])
    #expect(throws: SSHProtocolError.self) {
      try mux.receive(frame([128, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0])[...])
    }
  }

  @Test func `another version is an error`() {
    var mux = MuxProtocolState()
    #expect(throws: SSHProtocolError.self) {
      try mux.receive(frame([0, 0, 0, 1, 0, 0, 0, 5])[...])
    }
  }

  @Test func `a session opens, speaks and ends`() throws {
    var (mux, number) = try self.opened()
    mux.execute(number, "x")
    let answer1 = mux.takeOutgoing()
    #expect(answer1 == packet(98, [0, 0, 0, 7] + string("exec") + [0] + string("x")))
    var bytes = packet(94, [0, 0, 0, 0] + string("out"))
    bytes += packet(95, [0, 0, 0, 0, 0, 0, 0, 1] + string("err"))
    bytes += packet(98, [0, 0, 0, 0] + string("exit-status") + [0, 0, 0, 0, 3])
    bytes += packet(96, [0, 0, 0, 0]) + packet(97, [0, 0, 0, 0])
    let events = try mux.receive(bytes[...])
    #expect(
      events == [
        .channel(number, .received(Array("out".utf8)[...], .stdout)),
        .channel(number, .received(Array("err".utf8)[...], .stderr)),
        .channel(number, .exited(3)), .channel(number, .outputEnded), .channel(number, .closed),
      ]
    )
    // The close is answered, and the channel forgotten.
    let answer2 = mux.takeOutgoing()
    #expect(answer2 == packet(97, [0, 0, 0, 7]))
    #expect(mux.channels.isEmpty)
  }

  @Test func `a signal is told by its name`() throws {
    var (mux, number) = try self.opened()
    let fields =
      [0, 0, 0, 0] + string("exit-signal") + [0] + string("TERM") + [0] + string("") + string("")
    let answer10 = try mux.receive(packet(98, fields)[...])
    #expect(answer10 == [.channel(number, .signalled("TERM"))])
  }

  @Test func `input waits for the window and is cut to packets`() throws {
    var (mux, number) = try self.opened(window: 5, packet: 4)
    let answer3 = mux.write(number, Array("abcdefgh".utf8))
    #expect(answer3.isEmpty)
    let answer8 = mux.takeOutgoing()
    #expect(
      answer8 == packet(94, [0, 0, 0, 7] + string("abcd"))
        + packet(94, [0, 0, 0, 7] + string("e"))
    )
    mux.endInput(number)
    let answer4 = mux.takeOutgoing()
    #expect(answer4.isEmpty)
    let events = try mux.receive(packet(93, [0, 0, 0, 0, 0, 0, 0, 9])[...])
    #expect(events == [.channel(number, .inputDrained)])
    let answer9 = mux.takeOutgoing()
    #expect(
      answer9 == packet(94, [0, 0, 0, 7] + string("fgh")) + packet(96, [0, 0, 0, 7])
    )
  }

  @Test func `a paused channel gets no more window`() throws {
    var (mux, number) = try self.opened()
    mux.setPaused(number, true)
    let piece = packet(94, [0, 0, 0, 0] + string([UInt8](repeating: 0, count: 32 << 10)))
    for _ in 0..<40 { _ = try mux.receive(piece[...]) }
    let answer5 = mux.takeOutgoing()
    #expect(answer5.isEmpty)
    mux.setPaused(number, false)
    let more: [UInt8] = [0, 20, 0, 0]
    let answer6 = mux.takeOutgoing()
    #expect(answer6 == packet(93, [0, 0, 0, 7] + more))
  }

  @Test func `more than the window allows is an error`() throws {
    var (mux, number) = try self.opened()
    mux.setPaused(number, true)
    let piece = packet(94, [0, 0, 0, 0] + string([UInt8](repeating: 0, count: 32 << 10)))
    for _ in 0..<64 { _ = try mux.receive(piece[...]) }
    #expect(throws: SSHProtocolError.self) { try mux.receive(piece[...]) }
  }

  @Test func `a message that is too long is an error before it has arrived`() {
    var mux = MuxProtocolState()
    #expect(throws: SSHProtocolError.self) { try mux.receive([0x7f, 0xff, 0xff, 0xff]) }
  }

  @Test func `packets for unknown channels and of unknown types are ignored`() throws {
    var (mux, _) = try self.opened()
    var bytes = packet(94, [0, 0, 0, 99] + string("x")) + packet(80, string("keepalive"))
    bytes += packet(200, []) + packet(90, string("forwarded-tcpip"))
    let answer11 = try mux.receive(bytes[...])
    #expect(answer11.isEmpty)
  }

  @Test func `garbage is an error or nothing, never a crash`() throws {
    var random = SplitMix(state: 42)
    for _ in 0..<2000 {
      var (mux, _) = try self.opened()
      let count = Int(random.next() % 40)
      let fields = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() % 9) }
      let type = UInt8(88 + random.next() % 14)
      _ = try? mux.receive(packet(type, fields)[...])
    }
  }

  private var answers: [UInt8] {
    frame([0, 0, 0, 1, 0, 0, 0, 4]) + frame([128, 0, 0, 15, 0, 0, 0, 0])
  }

  private func opened(
    window: UInt8 = 100,
    packet size: UInt8 = 100
  ) throws -> (MuxProtocolState, UInt32) {
    var mux = MuxProtocolState()
    _ = try mux.receive(self.answers[...])
    let number = mux.openSession()
    let fields: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, window, 0, 0, 0, size]
    let events = try mux.receive(packet(91, fields)[...])
    try #require(events == [.channel(number, .opened)])
    _ = mux.takeOutgoing()
    return (mux, number)
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    self.state &+= 0x9e37_79b9_7f4a_7c15
    var value = self.state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

private func frame(_ body: [UInt8]) -> [UInt8] { string(body) }

private func packet(_ type: UInt8, _ fields: [UInt8]) -> [UInt8] { frame([0, type] + fields) }

private func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

private func string(_ bytes: [UInt8]) -> [UInt8] {
  var writer = SSHWriter()
  writer.string(bytes)
  return writer.bytes
}
