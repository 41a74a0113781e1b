import ConvokeWire
import Foundation
import Testing

@Suite struct CodableTests {
  struct Job: Codable, Equatable {
    enum Mode: String, Codable { case fast, slow }

    var name: String
    var sizes: [Int]
    var raw: [UInt8]
    var ratio: Double?
    var mode: Mode
    var parts: [String: [Job]]
    var small: UInt8
    var big: UInt64
    var table: [Int: Bool]
    var reply: WireChannelReference
    var anything: WireValue
  }

  private let job = Job(
    name: "a",
    sizes: [1, 2],
    raw: [0, 255],
    ratio: nil,
    mode: .slow,
    parts: ["none": []],
    small: 7,
    big: .max,
    table: [3: true],
    reply: WireChannelReference(5),
    anything: .tuple([1, nil])
  )

  @Test func `a structure becomes a dictionary and is read back`() throws {
    let value = try WireEncoder().encode(self.job)
    #expect(value["raw"] == .bytes([0, 255]))
    #expect(value["sizes"] == [1, 2])
    #expect(value["mode"] == "slow")
    #expect(value["ratio"] == nil)
    #expect(value["big"] == .largeInteger(try #require(WireLargeInteger(UInt64.max))))
    #expect(value["table"] == [3: true])
    #expect(value["reply"] == .channel(WireChannelReference(5)))
    #expect(value["anything"] == .tuple([1, nil]))
    #expect(try WireDecoder().decode(Job.self, from: value) == self.job)
    let bytes = try WireSerializer().bytes(of: value)
    #expect(
      try WireDecoder().decode(Job.self, from: WireSerializer().value(from: bytes)) == self.job
    )
  }

  @Test func `nested values and large dictionaries are read back`() throws {
    var outer = self.job
    outer.parts = ["x": [self.job, self.job], "y": []]
    outer.ratio = 0.5
    outer.table = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, $0.isMultiple(of: 2)) })
    let value = try WireEncoder().encode(outer)
    #expect(try WireDecoder().decode(Job.self, from: value) == outer)
  }

  @Test func `values of plain types have their counterparts`() throws {
    let encoder = WireEncoder()
    #expect(try encoder.encode([1.5]) == [1.5])
    #expect(try encoder.encode(Float(0.5)) == 0.5)
    #expect(try encoder.encode(Int8(-3)) == -3)
    #expect(try encoder.encode(["a": 1]) == ["a": 1])
    #expect(try encoder.encode(Set([1, 2])) == .set([2, 1]))
    #expect(try encoder.encode(Int?.none) == .none)
    #expect(try encoder.encode([Int?.none, 3]) == [nil, 3])
    #expect(try encoder.encode([[1], []]) == [[1], []])
    #expect(try WireDecoder().decode([Double].self, from: [1, 2.5]) == [1, 2.5])
    #expect(try WireDecoder().decode(Set<Int>.self, from: .frozenSet([1, 2])) == [1, 2])
    #expect(try WireDecoder().decode([Int].self, from: .set([4])) == [4])
    #expect(try WireDecoder().decode([UInt8].self, from: [4]) == [4])
    #expect(try WireDecoder().decode(UInt64.self, from: .init(integer: UInt64.max)) == .max)
    #expect(try WireDecoder().decode([String: Int?].self, from: ["a": nil]) == ["a": nil])
    #expect(try WireDecoder().decode(WireValue.self, from: .tuple([])) == .tuple([]))
  }

  @Test(
    arguments: [
      (["name": 1], .typeMismatch, ["name"]),
      (["name": "a"], .missing, []),
      (["name": "a", "sizes": [1, "b"]], .typeMismatch, ["sizes", "1"]),
      ("text", .typeMismatch, []),
    ] as [(WireValue, WireError.Code, [String])]
  )
  func `an error says where the wrong value is`(
    value: WireValue,
    code: WireError.Code,
    path: [String]
  ) throws {
    let error = #expect(throws: WireError.self) { try WireDecoder().decode(Job.self, from: value) }
    #expect(error?.code == code)
    #expect(error?.path == path)
  }

  @Test func `numbers that do not fit are errors`() throws {
    #expect(throws: WireError.self) { try WireDecoder().decode(Int8.self, from: 300) }
    #expect(throws: WireError.self) { try WireDecoder().decode(Int.self, from: 1.0) }
    #expect(throws: WireError.self) { try WireDecoder().decode(Bool.self, from: 1) }
    let large = WireValue(integer: UInt64.max)
    #expect(throws: WireError.self) { try WireDecoder().decode(Int.self, from: large) }
  }

  @Test func `a value that contains itself too often is an error`() throws {
    let nested = Nested(depth: 600)
    let error = #expect(throws: WireError.self) { try WireEncoder().encode(nested) }
    #expect(error?.code == .tooDeep)
  }

  @Test func `other encoders refuse channels`() throws {
    let error = #expect(throws: WireError.self) { try JSONEncoder().encode(self.job) }
    #expect(error?.code == .unsupported)
    #expect(throws: WireError.self) {
      try JSONDecoder().decode(WireValue.self, from: Data("1".utf8))
    }
  }

  /// A list in a list in a list.
  struct Nested: Encodable {
    var depth: Int

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      if self.depth > 0 { try container.encode(Nested(depth: self.depth - 1)) }
    }
  }
}
