import ConvokeWire
import Testbed

/// Random values of every type.
struct RandomValues {
  var generator: SeededGenerator
  /// Whether to make what a message has and a dump has not: channels and strings of Python 2.
  var isForMessages = true

  mutating func value(depth: Int = 0) -> WireValue {
    let count = [0, 1, 2, 3, 5][self.below(5)]
    switch depth < 6 ? self.below(10) : 9 {
    case 0, 1: return .list((0..<count).map { _ in self.value(depth: depth + 1) })
    case 2: return .tuple((0..<count).map { _ in self.value(depth: depth + 1) })
    case 3, 4:
      return .dictionary(
        self.keys(count, depth: depth).map { WireValue.Pair($0, self.value(depth: depth + 1)) }
      )
    case 5: return .set(self.keys(count, depth: depth))
    case 6: return .frozenSet(self.keys(count, depth: depth))
    default: return self.scalar()
    }
  }

  /// Different keys; Python takes 1, 1.0 and True for the same, so there are only integers.
  private mutating func keys(_ count: Int, depth: Int) -> [WireValue] {
    var seen: Set<WireValue> = []
    return (0..<count).map { _ in self.key(depth: depth) }.filter { seen.insert($0).inserted }
  }

  private mutating func key(depth: Int) -> WireValue {
    switch depth < 3 ? self.below(8) : 7 {
    case 0: .tuple((0..<self.below(3)).map { _ in self.key(depth: depth + 1) })
    case 1: .frozenSet(self.keys(self.below(3), depth: depth + 1))
    case 2: .none
    case 3, 4: .int(self.below(100_000))
    case 5: .bytes(self.bytes())
    default: .string(self.text())
    }
  }

  private mutating func scalar() -> WireValue {
    switch self.below(self.isForMessages ? 14 : 12) {
    case 0: .none
    case 1: .bool(self.below(2) == 0)
    case 2: .int(self.below(300) - 10)
    case 3: .int(Int(truncatingIfNeeded: self.generator.next()))
    case 4:
      .int([Int.min, .max, Int(Int32.min), Int(Int32.max) + 1, Int(Int32.min) - 1][self.below(5)])
    case 5: self.large()
    case 6: .float(Double(bitPattern: self.generator.next()))
    case 7: .float([0, -0.0, 1.5, .infinity, -.infinity, .nan][self.below(6)])
    case 8: .complex(WireComplex(real: Double(self.below(9)), imaginary: -0.0))
    case 9: .bytes(self.bytes())
    case 10, 11: .string(self.text())
    case 12: .python2String(self.bytes())
    default: .channel(WireChannelReference(Int32(truncatingIfNeeded: self.generator.next())))
    }
  }

  private mutating func large() -> WireValue {
    let digits = (0..<20 + self.below(100)).map { _ in String(self.below(10)) }.joined()
    let text = (self.below(2) == 0 ? "-1" : "1") + digits
    return WireLargeInteger(text).map(WireValue.largeInteger) ?? .none
  }

  private mutating func bytes() -> [UInt8] {
    (0..<[0, 1, 7, 300][self.below(4)]).map { _ in UInt8(self.below(256)) }
  }

  private mutating func text() -> String {
    let letters: [Unicode.Scalar] = ["\0", "A", "z", "é", "€", "😀", "\u{FFFF}", "\n"]
    var text = String.UnicodeScalarView()
    for _ in 0..<[0, 1, 5, 15, 16, 60][self.below(6)] { text.append(letters[self.below(8)]) }
    return String(text)
  }

  private mutating func below(_ limit: Int) -> Int {
    Int.random(in: 0..<limit, using: &self.generator)
  }
}
