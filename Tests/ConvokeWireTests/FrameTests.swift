import ConvokeWire
import Testbed
import Testing

@Suite struct FrameTests {
  /// From a captured session of execnet 2.1.2: run a program, send 41, the answer, the end.
  private let session =
    "03000000010000002f4e000000216368616e6e656c2e73656e64286368616e6e656c2e7265636569766528292b3129"
    + "4c4c4a400000000451" + "0400000001000000064600000029" + "51" + "050000000100000000"
    + "020000000000000000"

  @Test func `frames are written as execnet writes them`() throws {
    let program: WireValue = .tuple(["channel.send(channel.receive()+1)", nil, nil, [:]])
    let encoder = FrameEncoder()
    var stream: [UInt8] = []
    try encoder.append(.channelExecute, channel: 1, value: program, to: &stream)
    try encoder.append(.channelData, channel: 1, value: 41, to: &stream)
    try encoder.append(Frame(.channelClose, channel: 1), to: &stream)
    try encoder.append(Frame(.terminate), to: &stream)
    #expect(hexadecimal(stream) == self.session)
  }

  @Test(arguments: [1, 2, 7, 9, 10, 1000])
  func `frames come out however the stream is cut`(size: Int) throws {
    var decoder = FrameDecoder()
    var frames: [Frame] = []
    let stream = bytes(self.session)
    for start in stride(from: 0, to: stream.count, by: size) {
      decoder.feed([UInt8](stream[start..<min(start + size, stream.count)]))
      while let frame = try decoder.next() { frames.append(frame) }
    }
    try decoder.finish()
    #expect(frames.map(\.code) == [.channelExecute, .channelData, .channelClose, .terminate])
    #expect(frames.map(\.channel) == [1, 1, 1, 0])
    #expect(try WireSerializer().value(from: frames[1].payload) == 41)
  }

  @Test func `random frames of all sizes come out of random pieces`() throws {
    var generator = SeededGenerator(seed: SeededGenerator.announcedSeed())
    let sent = (0..<60).map { index in
      let length = [0, 1, 100, 65_535, 65_536, 300_000][index % 6]
      let payload = [UInt8](repeating: UInt8(index), count: length)
      let code = MessageCode(rawValue: Int8.random(in: .min ... .max, using: &generator))
      return Frame(
        code,
        channel: Int32.random(in: .min ... .max, using: &generator),
        payload: payload
      )
    }
    var stream: [UInt8] = []
    for frame in sent { try FrameEncoder().append(frame, to: &stream) }
    var decoder = FrameDecoder()
    var received: [Frame] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...100_000, using: &generator))
      rest = rest.dropFirst(piece.count)
      decoder.feed([UInt8](piece))
      while received.count % 5 != 4, let frame = try decoder.next() { received.append(frame) }
      if let frame = try decoder.next() { received.append(frame) }
    }
    while let frame = try decoder.next() { received.append(frame) }
    try decoder.finish()
    #expect(received == sent)
  }

  @Test func `unknown codes are values with a number`() throws {
    var decoder = FrameDecoder()
    decoder.feed(bytes("7f0000000100000001aa" + "800000000000000000"))
    let frame = try #require(try decoder.next())
    #expect(frame.code == MessageCode(rawValue: 127))
    #expect("\(frame.code)" == "code 127")
    #expect(frame.code.isExtension)
    #expect(try decoder.next()?.code.rawValue == -128)
    #expect("\(MessageCode.channelData)" == "CHANNEL_DATA")
    #expect(!MessageCode.gatewayConfig.isClassic && !MessageCode.gatewayConfig.isExtension)
  }

  @Test func `a length beyond the limit is an error that stays`() throws {
    for (header, code) in [
      ("0400000001ffffffff", WireError.Code.malformed), ("040000000100000401", .tooLarge),
    ] {
      var decoder = FrameDecoder(limit: 1024)
      decoder.feed(bytes("050000000100000000" + header))
      #expect(try decoder.next()?.code == .channelClose)
      let error = #expect(throws: WireError.self) { try decoder.next() }
      #expect(error?.code == code)
      #expect(error?.offset == 9)
      decoder.feed(bytes("050000000100000000"))
      #expect(throws: WireError.self) { try decoder.next() }
      #expect(throws: WireError.self) { try decoder.finish() }
    }
  }

  @Test(arguments: [
    ("04000000", 4), ("0400000001000000064600", 11), ("0400000001000200004600", 11),
  ])
  func `a stream that ends within a frame is an error`(stream: String, offset: Int) throws {
    var decoder = FrameDecoder()
    decoder.feed(bytes(stream))
    #expect(try decoder.next() == nil)
    let error = #expect(throws: WireError.self) { try decoder.finish() }
    #expect(error?.code == .truncated)
    #expect(error?.offset == offset)
  }
}
