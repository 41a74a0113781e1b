import ConvokeWire

/// The text of a value, as `wire.py` writes it.
enum InteropText {
  static func text(_ value: WireValue) -> String {
    switch value {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "i\(value)"
    case .largeInteger(let value): "i\(value.decimal)"
    case .float(let value): "f" + self.bits(value)
    case .complex(let value): "c" + self.bits(value.real) + self.bits(value.imaginary)
    case .bytes(let bytes), .python2String(let bytes): "b" + hexadecimal(bytes)
    case .string(let text): "s" + hexadecimal(text.utf8)
    case .list(let items): "[" + self.joined(items) + "]"
    case .tuple(let items): "(" + self.joined(items) + ")"
    case .dictionary(let pairs):
      "{" + pairs.map { self.text($0.key) + ":" + self.text($0.value) }.joined(separator: ",") + "}"
    case .set(let items): "<" + self.sorted(items) + ">"
    case .frozenSet(let items): "<<" + self.sorted(items) + ">>"
    case .channel(let channel): "channel \(channel.number)"
    }
  }

  /// Whether a value has sets of several elements, which Python writes in an order of its own.
  static func hasSets(_ value: WireValue) -> Bool {
    switch value {
    case .set(let items), .frozenSet(let items):
      items.count > 1 || items.contains(where: self.hasSets)
    case .list(let items), .tuple(let items): items.contains(where: self.hasSets)
    case .dictionary(let pairs): pairs.contains { self.hasSets($0.key) || self.hasSets($0.value) }
    default: false
    }
  }

  private static func joined(_ items: [WireValue]) -> String {
    items.map(self.text).joined(separator: ",")
  }

  private static func sorted(_ items: [WireValue]) -> String {
    items.map(self.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(
      separator: ","
    )
  }

  private static func bits(_ value: Double) -> String {
    let digits = String(value.bitPattern, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
