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
