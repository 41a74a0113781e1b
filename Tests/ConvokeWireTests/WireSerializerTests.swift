import ConvokeWire
import Testing

@Suite struct WireSerializerTests {
  private let standalone = WireSerializer(form: .standalone)

  @Test(arguments: Vector.all)
  func `a value is written byte for byte as execnet writes it`(vector: Vector) throws {
    #expect(hexadecimal(try self.standalone.bytes(of: vector.value)) == vector.dump)
    let message = try WireSerializer().bytes(of: vector.value)
    #expect(hexadecimal(message) == vector.dump.dropFirst(2))
  }

  @Test(arguments: Vector.all)
  func `a dump of execnet is read as its value`(vector: Vector) throws {
    let value = try self.standalone.value(from: bytes(vector.dump))
    #expect(value == vector.value)
    #expect(hexadecimal(try self.standalone.bytes(of: value)) == vector.dump)
  }

  @Test(
    arguments: [
      ("02470000000551", 5),
      ("0249000000022d3751", -7),
      ("02480000000c2d393939393939393939393951", -99_999_999_999),
      ("0248000000062031325f332051", 123),
      ("0248000000142d3932323333373230333638353437373538303851", .int(.min)),
      ("025300000002c3a951", "é"),
      ("024d00000001e951", .bytes([0xe9])),
      ("024b0000000351", [nil, nil, nil]),
      ("024c5178", nil),
      ("024b00000002460000000146000000075046ffffffff4c5051", [nil, nil]),
      ("024b00000002460000000146000000075051", [nil, 7]),
      ("024b0000000246000000004600000007504600000000460000000850510c", [8, nil]),
    ] as [(String, WireValue)]
  )
  func `what only others write is read`(dump: String, value: WireValue) throws {
    #expect(try self.standalone.value(from: bytes(dump)) == value)
  }

  @Test func `a tuple may take containers that are still open`() throws {
    let value: WireValue = .tuple([[:], [], [nil, 3], ["a": [:]], .tuple([]), 5, [[]]])
    let dump = try self.standalone.bytes(of: value)
    #expect(try self.standalone.value(from: dump) == value)
    // [None, None] is never filled, and (0, 5) stands after it.
    let odd = bytes("024b00000002460000000046000000054000000002400000000251")
    #expect(try self.standalone.value(from: odd) == .tuple([[nil, nil], .tuple([0, 5])]))
  }

  @Test func `strings are coerced as reconfigure says`() throws {
    var serializer = self.standalone
    let python2 = bytes("024d00000001e951")
    let python3 = bytes("024e00000002c3a951")
    serializer.strings = WireStringCoercion(python2String: .text)
    #expect(try serializer.value(from: python2) == "é")
    serializer.strings = WireStringCoercion(python2String: .kept)
    let kept = try serializer.value(from: python2)
    #expect(kept == .python2String([0xe9]))
    #expect(try serializer.bytes(of: kept) == python2)
    serializer.strings = WireStringCoercion(python2String: .bytes, isTextBytes: true)
    #expect(try serializer.value(from: python3) == .bytes([0xc3, 0xa9]))
    #expect(try serializer.value(from: bytes("025300000002c3a951")) == "é")
    #expect(WireSerializer().strings == .channel)
  }

  @Test func `a channel stands in messages only`() throws {
    let value: WireValue = ["cb": .channel(WireChannelReference(5))]
    let message = try WireSerializer().bytes(of: value)
    #expect(hexadecimal(message) == "4a4e000000026362" + "42000000055051")
    #expect(try WireSerializer().value(from: message) == value)
    let writing = #expect(throws: WireError.self) { try self.standalone.bytes(of: value) }
    #expect(writing?.code == .channel)
    let reading = #expect(throws: WireError.self) {
      try self.standalone.value(from: bytes("02420000000151"))
    }
    #expect(reading?.code == .channel)
    #expect(reading?.offset == 1)
  }

  @Test func `values are read back to back`() throws {
    var dump = try self.standalone.bytes(of: 1)
    try self.standalone.append("two", to: &dump)
    let (first, count) = try self.standalone.value(from: dump.span)
    #expect(first == 1)
    let rest = dump[count...]
    let second = try self.standalone.value(from: rest.span)
    #expect(second.value == "two")
    #expect(second.count == dump.count - count)
  }
}
