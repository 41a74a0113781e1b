import ConvokeGateway
import ConvokeWire
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ChannelFileTests {
  private func withReader(
    _ code: String,
    _ body: (ChannelReader, Channel) async throws -> Void
  ) async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(.python(code))
      try await body(channel.makeReader(), channel)
    }
  }

  @Test func `lines are read across items`() async throws {
    try await self.withReader("for x in ('al', 'pha\\nbeta\\n\\nga', 'mma'): channel.send(x)") {
      reader,
      _ in
      #expect(try await reader.readLine(strippingNewline: false) == "alpha\n")
      var lines: [String] = []
      for try await line in reader.lines { lines.append(line) }
      #expect(lines == ["beta", "", "gamma"])
      #expect(try await reader.readLine() == nil)
    }
  }

  @Test func `bytes are read by count, by line and to the end`() async throws {
    try await self.withReader("for x in (b'ab\\xff', b'c\\nd', b'ef'): channel.send(x)") {
      reader,
      _ in
      let start = try await reader.read(2)
      let line = try await reader.readLineBytes()
      let rest = try await reader.readToEnd()
      let end = try await reader.read(5)
      #expect(start == [97, 98])
      #expect(line == [0xFF, 99, 10])
      #expect(rest == Array("def".utf8))
      #expect(end == [])
    }
  }

  @Test func `an item that is neither text nor bytes is an error, as is a failure`() async throws {
    try await self.withReader("channel.send(7)") { reader, _ in
      let error = await #expect(throws: GatewayError.self) { try await reader.read(1) }
      #expect(error?.code == .badValue)
    }
    try await self.withReader("channel.send('x')\n1/0") { reader, _ in
      let error = await #expect(throws: GatewayError.self) { try await reader.readToEnd() }
      #expect(error?.code == .remote)
    }
  }

  @Test func `a writer sends items, and closes the channel only if it was made to`() async throws {
    try await withGateway { gateway in
      let code = "for item in channel: out.send(repr(item))"
      let channel = try gateway.execute(.python("out = channel.receive()\n" + code))
      let answers = try gateway.newChannel()
      try await channel.send(answers)
      let writer = channel.makeWriter()
      try await writer.write("text")
      writer.flush()
      writer.close()
      #expect(!channel.isClosed)
      let closing = channel.makeWriter(closesChannel: true)
      try await closing.write([1, 2])
      closing.close()
      #expect(channel.isClosed)
      #expect(try await answers.receive(as: String.self) == "'text'")
      #expect(try await answers.receive(as: String.self) == "b'\\x01\\x02'")
    }
  }
}
