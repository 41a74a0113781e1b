import ConvokeWire
import Testing

@Suite struct HostileBytesTests {
  private let standalone = WireSerializer(form: .standalone)

  @Test(
    arguments: [
      ("014c51", .malformed, 0),
      ("", .truncated, 0),
      ("025a51", .malformed, 1),
      ("0251", .malformed, 1),
      ("024c4c51", .malformed, 3),
      ("025051", .malformed, 1),
      ("02", .truncated, 1),
      ("024c", .truncated, 2),
      ("024e00000005616251", .truncated, 6),
      ("0246000051", .truncated, 2),
      ("024e00000001ff51", .text, 1),
      ("024e00000003eda08051", .text, 1),
      ("02420000000151", .channel, 1),
      ("024effffffff51", .malformed, 1),
      ("024b8000000051", .malformed, 1),
      ("02480000000178" + "51", .malformed, 1),
      ("02480000000051", .malformed, 1),
      ("0248000000025f3151", .malformed, 1),
      ("0248000000032d2d3151", .malformed, 1),
      ("024a4b000000004c5051", .malformed, 8),
      ("024a4f0000000151", .unhashable, 2),
      ("024b000000014600000001465051", .truncated, 12),
      ("024b0000000146000000014c5051", .malformed, 12),
      ("024b000000014e00000000" + "4c5051", .malformed, 12),
      ("024b7fffffff51", .tooLarge, 1),
      ("02407fffffff51", .tooLarge, 1),
      ("024c400000000251", .malformed, 2),
      ("024b0000000146000000004c4000000004" + "51", .malformed, 12),
    ] as [(String, WireError.Code, Int)]
  )
  func `wrong bytes are an error that says where`(
    dump: String,
    code: WireError.Code,
    offset: Int
  ) throws {
    let error = #expect(throws: WireError.self) { try self.standalone.value(from: bytes(dump)) }
    #expect(error?.code == code)
    #expect(error?.offset == offset)
  }

  @Test(arguments: Vector.all)
  func `every cut of a dump is an error`(vector: Vector) throws {
    let dump = bytes(vector.dump)
    for length in 0..<dump.count {
      let error = #expect(throws: WireError.self) {
        try self.standalone.value(from: [UInt8](dump[..<length]))
      }
      #expect(error?.code == .truncated)
    }
  }

  @Test func `the depth is limited both ways without recursion over the bytes`() throws {
    let limits = WireLimits(depth: 100_000)
    #expect(limits.depth == WireLimits.deepest)
    let deep = WireSerializer(limits: limits)
    for build in ["4000000001", "4500000001"] {
      let fine = bytes("4c" + String(repeating: build, count: WireLimits.deepest) + "51")
      let value = try deep.value(from: fine)
      #expect(try deep.bytes(of: value) == fine)
      let tooDeep = bytes("4c" + String(repeating: build, count: 200_000) + "51")
      let error = #expect(throws: WireError.self) { try deep.value(from: tooDeep) }
      #expect(error?.code == .tooDeep)
    }
    let lists = bytes(String(repeating: "4b000000014600000000", count: 200_000))
    #expect(throws: WireError.self) { try deep.value(from: lists) }
    let closed = lists + bytes("4c" + String(repeating: "50", count: 200_000) + "51")
    let error = #expect(throws: WireError.self) { try deep.value(from: closed) }
    #expect(error?.code == .tooDeep)
    let value = (0..<600).reduce(WireValue.none) { inner, _ in [inner] }
    let writing = #expect(throws: WireError.self) { try WireSerializer().bytes(of: value) }
    #expect(writing?.code == .tooDeep)
  }

  @Test func `no more memory is taken than the limit`() throws {
    let small = WireSerializer(limits: WireLimits(memory: 10_000))
    let hostile = [
      "4b00010000" + "51",
      String(repeating: "4c", count: 10_000) + "51",
      String(repeating: "4a", count: 10_000) + "51",
      String(repeating: "4b00000010", count: 1000) + "51",
      "4100002800" + String(repeating: "00", count: 0x2800) + "51",
    ]
    for dump in hostile {
      let error = #expect(throws: WireError.self) { try small.value(from: bytes(dump)) }
      #expect(error?.code == .tooLarge)
    }
    let long = WireSerializer(limits: WireLimits(length: 3))
    #expect(throws: WireError.self) { try long.value(from: bytes("4e000000046161616151")) }
    #expect(throws: WireError.self) { try long.bytes(of: "four") }
    #expect(throws: WireError.self) { try long.bytes(of: [1, 2, 3, 4]) }
    #expect(throws: WireError.self) {
      try small.bytes(of: .bytes([UInt8](repeating: 0, count: 10_000)))
    }
  }

  @Test func `integers have at most the digits that Python reads`() throws {
    let most = String(repeating: "7", count: 4300)
    let value = WireValue.largeInteger(try #require(WireLargeInteger("-" + most)))
    #expect(try WireSerializer().value(from: WireSerializer().bytes(of: value)) == value)
    let more = WireValue.largeInteger(try #require(WireLargeInteger(most + "7")))
    #expect(throws: WireError.self) { try WireSerializer().bytes(of: more) }
    let dump = try WireSerializer(limits: WireLimits(digits: 5000)).bytes(of: more)
    let error = #expect(throws: WireError.self) { try WireSerializer().value(from: dump) }
    #expect(error?.code == .tooLarge)
  }

  @Test func `what Python could not read is not written`() throws {
    for value: WireValue in [[[]: 1], .set([[:]]), .frozenSet([.tuple([1, .set([])])])] {
      let error = #expect(throws: WireError.self) { try WireSerializer().bytes(of: value) }
      #expect(error?.code == .unhashable)
    }
  }
}
