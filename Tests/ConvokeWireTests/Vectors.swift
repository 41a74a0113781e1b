import ConvokeWire
import Testing

/// A value and its dump, as execnet 2.1.2 writes it.
struct Vector: Sendable, CustomTestStringConvertible {
  let value: WireValue
  let dump: String

  init(_ value: WireValue, _ dump: String) {
    self.value = value
    self.dump = dump
  }

  var testDescription: String { "\(self.value)" }

  /// Dumps by `execnet.dumps` of execnet 2.1.2, Python 3.11.
  static let all: [Vector] = [
    Vector(.none, "024c51"),
    Vector(true, "025251"),
    Vector(false, "024351"),
    Vector(0, "02460000000051"),
    Vector(1, "02460000000151"),
    Vector(-1, "0246ffffffff51"),
    Vector(127, "02460000007f51"),
    Vector(255, "0246000000ff51"),
    Vector(256, "02460000010051"),
    Vector(65536, "02460001000051"),
    Vector(2147483647, "02467fffffff51"),
    Vector(-2147483648, "02468000000051"),
    Vector(2147483648, "02480000000a3231343734383336343851"),
    Vector(4294967296, "02480000000a3432393439363732393651"),
    Vector(9223372036854775807, "0248000000133932323333373230333638353437373538303751"),
    Vector(
      Self.large("9223372036854775808"),
      "0248000000133932323333373230333638353437373538303851"
    ),
    Vector(
      Self.large("18446744073709551616"),
      "024800000014313834343637343430373337303935353136313651"
    ),
    Vector(
      Self.large("1000000000000000000000000000000"),
      "02480000001f3130303030303030303030303030303030303030303030303030303030303051"
    ),
    Vector(0.0, "0244000000000000000051"),
    Vector(-0.0, "0244800000000000000051"),
    Vector(1.0, "02443ff000000000000051"),
    Vector(-1.5, "0244bff800000000000051"),
    Vector(3.25, "0244400a00000000000051"),
    Vector(1e+308, "02447fe1ccf385ebc8a051"),
    Vector(.float(.leastNonzeroMagnitude), "0244000000000000000151"),
    Vector(.float(.infinity), "02447ff000000000000051"),
    Vector(.float(-.infinity), "0244fff000000000000051"),
    Vector(.float(.nan), "02447ff800000000000051"),
    Vector(.float(-.nan), "0244fff800000000000051"),
    Vector(
      .complex(WireComplex(real: 0.0, imaginary: 0.0)),
      "02540000000000000000000000000000000051"
    ),
    Vector(
      .complex(WireComplex(real: 1.0, imaginary: 2.0)),
      "02543ff0000000000000400000000000000051"
    ),
    Vector(
      .complex(WireComplex(real: .nan, imaginary: .infinity)),
      "02547ff80000000000007ff000000000000051"
    ),
    Vector("", "024e0000000051"),
    Vector("a", "024e000000016151"),
    Vector("hello", "024e0000000568656c6c6f51"),
    Vector("\0", "024e000000010051"),
    Vector("é", "024e00000002c3a951"),
    Vector("€", "024e00000003e282ac51"),
    Vector("😀", "024e00000004f09f988051"),
    Vector("\n", "024e000000010a51"),
    Vector(.bytes([]), "02410000000051"),
    Vector(.bytes([0x61]), "0241000000016151"),
    Vector(.bytes([0x0, 0xff]), "02410000000200ff51"),
    Vector([], "024b0000000051"),
    Vector([1], "024b00000001460000000046000000015051"),
    Vector(
      [1, "a", .none],
      "024b00000003460000000046000000015046000000014e00000001615046000000024c5051"
    ),
    Vector([[]], "024b0000000146000000004b000000005051"),
    Vector(.tuple([]), "02400000000051"),
    Vector(.tuple([1]), "024600000001400000000151"),
    Vector(.tuple([1, .tuple([]), 3]), "02460000000140000000004600000003400000000351"),
    Vector(
      .tuple([.tuple([1, 2]), .tuple([3])]),
      "0246000000014600000002400000000246000000034000000001400000000251"
    ),
    Vector([:], "024a51"),
    Vector(["a": 1], "024a4e000000016146000000015051"),
    Vector([1: "x", .none: true], "024a46000000014e0000000178504c525051"),
    Vector(
      [.tuple([1, 2]): [3]],
      "024a4600000001460000000240000000024b0000000146000000004600000003505051"
    ),
    Vector(.set([]), "024f0000000051"),
    Vector(.set([1]), "0246000000014f0000000151"),
    Vector(.set([1, 2, 3]), "024600000001460000000246000000034f0000000351"),
    Vector(.frozenSet([]), "02450000000051"),
    Vector(.frozenSet([7]), "024600000007450000000151"),
    Vector(
      [.frozenSet([1]): ["k": [1.5, .bytes([0x7a])]]],
      "024a460000000145000000014a4e000000016b4b000000024600000000443ff800000000000050460000000141000000017a50505051"
    ),
    Vector(
      .tuple(["channel.send(1)", .none, .none, [:]]),
      "024e0000000f6368616e6e656c2e73656e642831294c4c4a400000000451"
    ),
  ]

  private static func large(_ text: String) -> WireValue {
    WireLargeInteger(text).map(WireValue.largeInteger) ?? .none
  }
}

/// Reads digits of base 16.
func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] * 16 + digits[$0 + 1])
  }
}

/// Writes digits of base 16.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = [Character]("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
