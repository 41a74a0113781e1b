package import ConvokeWire

/// Values on a line of text, before there are frames: their bytes in hexadecimal digits.
package enum WireText {
  private static let digits = Array("0123456789abcdef".utf8)

  /// The line of a value, with its end; empty but for its end for a value that cannot be written.
  package static func line(_ value: WireValue) -> [UInt8] {
    let bytes = (try? WireSerializer().bytes(of: value)) ?? []
    return bytes.flatMap { [self.digits[Int($0 >> 4)], self.digits[Int($0 & 15)]] }
      + [UInt8(ascii: "\n")]
  }

  /// Reads the digits of a line.
  ///
  /// - Returns: `nil` if they are none, or no value.
  package static func value(of digits: some Sequence<UInt8>) -> WireValue? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard let number = self.digits.firstIndex(of: digit) else { return nil }
      if let half = high {
        bytes.append(half << 4 | UInt8(number))
        high = nil
      } else {
        high = UInt8(number)
      }
    }
    return high == nil ? try? WireSerializer().value(from: bytes) : nil
  }
}
