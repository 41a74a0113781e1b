import ConvokeGateway
import ConvokeWire
import Testing

/// What holds over every transport and with every worker.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ContractTests {
  @Test(arguments: Endpoint.all)
  func `values of every type come back as they were`(endpoint: Endpoint) async throws {
    try await endpoint.with { gateway in
      let channel = try Program.echo.run(on: gateway, endpoint.language)
      let values: [WireValue] = [
        .none, true, 7, -1, .int(1 << 31 - 1), .float(1.5), "text ü π 🎻", .bytes([0, 1, 255]),
        .list([1, "a", .none]), .dictionary([.init("key", .list([1, 2]))]),
        .bytes([UInt8](repeating: 5, count: 3 << 20)),
      ]
      for value in values {
        try await channel.send(value)
        let back = try await channel.receive(within: .seconds(20))
        #expect(back == value || back.bytes == value.bytes && value.bytes != nil)
      }
      channel.close()
    }
  }

  @Test(arguments: Endpoint.all)
  func `many items stream in both directions, and the end follows the last`(
    endpoint: Endpoint
  ) async throws {
    try await endpoint.with { gateway in
      var expected = 0
      for try await item in try Program.count.run(on: gateway, endpoint.language) {
        #expect(item.int == expected)
        expected += 1
      }
      #expect(expected == 2000)
      let channel = try Program.sum.run(on: gateway, endpoint.language)
      for number in 0..<2000 { try await channel.send(number) }
      try await channel.send(WireValue.none)
      #expect(try await channel.receive(as: Int.self, within: .seconds(20)) == 1_999_000)
      try await channel.waitClosed(within: .seconds(20))
    }
  }

  @Test(arguments: Endpoint.all)
  func `an error arrives after the items before it, with its text`(endpoint: Endpoint) async throws
  {
    try await endpoint.with { gateway in
      let channel = try Program.fail.run(on: gateway, endpoint.language)
      #expect(try await channel.receive(within: .seconds(20)).int == 1)
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .remote)
      #expect(error?.remoteTraceback?.contains("some words") == true)
    }
  }

  @Test(arguments: Endpoint.all)
  func `channels travel over channels`(endpoint: Endpoint) async throws {
    try await endpoint.with { gateway in
      let channel = try Program.newChannel.run(on: gateway, endpoint.language)
      let other = try gateway.newChannel()
      try await channel.send(other)
      #expect(try await other.receive(within: .seconds(20)).words == "to yours")
      try await channel.receiveChannel(within: .seconds(20)).send("to mine")
      #expect(try await channel.receive(within: .seconds(20)).words == "to mine")
    }
  }

  @Test(arguments: Endpoint.all)
  func `a worker says how busy it is, and ends when it is told`(endpoint: Endpoint) async throws {
    try await endpoint.with { gateway in
      let channel = try Program.wait.run(on: gateway, endpoint.language)
      #expect(try await gateway.remoteStatus().executing == 1)
      #expect(gateway.isConnected)
      gateway.exit()
      #expect(await gateway.join(within: .seconds(20)))
      #expect(!gateway.isConnected)
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .gatewayLost || error?.code == .remote || error?.code == .endOfChannel)
    }
  }

  @Test(arguments: Endpoint.all)
  func `both sides can send a lot at once`(endpoint: Endpoint) async throws {
    try await endpoint.with { gateway in
      let channel = try Program.echo.run(on: gateway, endpoint.language)
      let piece = WireValue.bytes([UInt8](repeating: 3, count: 200_000))
      async let sent: Void = { for _ in 0..<60 { try await channel.send(piece) } }()
      var bytes = 0
      for _ in 0..<60 { bytes += try await channel.receive(within: .seconds(30)).bytes?.count ?? 0 }
      try await sent
      #expect(bytes == 12_000_000)
      channel.close()
    }
  }
}

extension WireValue {
  /// Text, which may be bytes on an old Python.
  var words: String? { self.string ?? self.bytes.map { String(decoding: $0, as: UTF8.self) } }
}
