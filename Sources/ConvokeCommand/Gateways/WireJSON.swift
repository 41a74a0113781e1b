import ConvokeProcess
import ConvokeWire

/// Items of channels as text.
enum WireJSON {
  /// The line for an item: text as it is, anything else as JSON.
  static func line(_ value: WireValue) -> [UInt8] {
    if let text = value.string { return Array((text + "\n").utf8) }
    var bytes: [UInt8] = []
    self.add(value, to: &bytes)
    return bytes + [UInt8(ascii: "\n")]
  }

  private static func add(_ value: WireValue, to bytes: inout [UInt8]) {
    switch value {
    case .none: bytes += "null".utf8
    case .bool(let flag): bytes += (flag ? "true" : "false").utf8
    case .int(let number): bytes += "\(number)".utf8
    case .largeInteger(let number): bytes += number.decimal.utf8
    case .float(let number): self.add(number, to: &bytes)
    case .complex(let number):
      self.add([.float(number.real), .float(number.imaginary)], to: &bytes)
    case .string(let text): JSONText.quote(text.utf8, into: &bytes)
    case .bytes(let content), .python2String(let content):
      JSONText.quote(Base64.encode(content).utf8, into: &bytes)
    case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items):
      self.add(items, to: &bytes)
    case .dictionary(let pairs): self.add(pairs, to: &bytes)
    case .channel(let reference): JSONText.quote("channel \(reference.number)".utf8, into: &bytes)
    }
  }

  // JSON knows no infinities: RFC 8259, section 6.
  private static func add(_ number: Double, to bytes: inout [UInt8]) {
    if number.isFinite {
      bytes += "\(number)".utf8
    } else {
      JSONText.quote("\(number)".utf8, into: &bytes)
    }
  }

  private static func add(_ items: [WireValue], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      self.add(item, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  // A key that is no text becomes its own JSON as text.
  private static func add(_ pairs: [WireValue.Pair], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, pair) in pairs.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let key = pair.key.string {
        JSONText.quote(key.utf8, into: &bytes)
      } else {
        var key: [UInt8] = []
        self.add(pair.key, to: &key)
        JSONText.quote(key, into: &bytes)
      }
      bytes.append(UInt8(ascii: ":"))
      self.add(pair.value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}
