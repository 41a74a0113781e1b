import ConvokeWire
import Testbed
import Testing

@Suite struct RoundTripTests {
  private let serializer = WireSerializer(strings: WireStringCoercion(python2String: .kept))

  @Test func `what is written is read back`() throws {
    var values = RandomValues(generator: SeededGenerator(seed: SeededGenerator.announcedSeed()))
    for _ in 0..<2000 {
      let value = values.value()
      let bytes = try self.serializer.bytes(of: value)
      #expect(bytes.count == (try self.serializer.size(of: value)))
      let again = try self.serializer.value(from: bytes)
      #expect(again == value)
      #expect(again.hashValue == value.hashValue)
      #expect(try self.serializer.bytes(of: again) == bytes)
    }
  }

  @Test func `texts are themselves, however often and in whatever company they come`() throws {
    let seed = SeededGenerator.announcedSeed()
    var generator = SeededGenerator(seed: seed)
    // Many more than are kept while reading, of all short lengths, some alike but for one byte.
    let texts = (0..<300).map { number -> String in
      let letters = Array("ab\0é€😀".unicodeScalars)
      let length = Int.random(in: 0...16, using: &generator)
      var text = String.UnicodeScalarView()
      for _ in 0..<length { text.append(letters[Int.random(in: 0..<6, using: &generator)]) }
      return number % 3 == 0
        ? String(repeating: "k", count: length) + "\(number % 7)" : String(text)
    }
    for count in [1, 2, 5, 40, 4000] {
      let items = (0..<count).map { _ in WireValue.string(texts.randomElement(using: &generator)!) }
      let pairs = items.map { WireValue.Pair($0, .tuple([$0, $0])) }
      for value in [WireValue.list(items), .tuple(items), .dictionary(pairs)] {
        let bytes = try self.serializer.bytes(of: value)
        let again = try self.serializer.value(from: bytes)
        // Byte by byte: two texts can be equal and yet not the same.
        #expect(try self.serializer.bytes(of: again) == bytes)
      }
    }
  }

  @Test func `a value is read if it is as deep as the limit, and not if it is deeper`() throws {
    var values = RandomValues(generator: SeededGenerator(seed: SeededGenerator.announcedSeed()))
    for _ in 0..<2000 {
      var value = values.value()
      // Deeper than what needs no memory while it is read.
      for level in 0..<Int.random(in: 0...20, using: &values.generator) {
        value = level % 3 == 0 ? [1, value] : level % 3 == 1 ? ["key": value] : .tuple([value, 2])
      }
      let depth = value.depth
      let bytes = try self.serializer.bytes(of: value)
      #expect(
        try WireSerializer(limits: WireLimits(depth: depth)).value(from: bytes).depth == depth
      )
      guard depth > 0 else { continue }
      let limited = WireSerializer(limits: WireLimits(depth: depth - 1))
      let error = #expect(throws: WireError.self) { try limited.value(from: bytes) }
      #expect(error?.code == .tooDeep)
    }
  }

  @Test func `changed bytes give a value or an error`() throws {
    var values = RandomValues(generator: SeededGenerator(seed: SeededGenerator.announcedSeed()))
    let serializer = WireSerializer(limits: WireLimits(memory: 1 << 20))
    for _ in 0..<3000 {
      var bytes = try self.serializer.bytes(of: values.value())
      for _ in 0..<Int.random(in: 1...4, using: &values.generator) {
        let place = Int.random(in: 0..<bytes.count, using: &values.generator)
        bytes[place] = UInt8.random(in: 0x3f...0x56, using: &values.generator)
      }
      do throws(WireError) {
        let value = try serializer.value(from: bytes)
        // Elements that were never set can make it far longer than it was.
        guard let long = try? self.serializer.bytes(of: value) else { continue }
        #expect((try? self.serializer.value(from: long)) == value)
      } catch {
        #expect(error.offset.map { 0...bytes.count ~= $0 } == true)
      }
    }
  }
}

extension WireValue {
  /// How many containers are inside one another.
  fileprivate var depth: Int {
    let inner: [WireValue]? = self.pairs.map { $0.flatMap { [$0.key, $0.value] } } ?? self.elements
    return inner.map { 1 + ($0.map(\.depth).max() ?? 0) } ?? 0
  }
}
