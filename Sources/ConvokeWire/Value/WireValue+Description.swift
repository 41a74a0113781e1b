extension WireValue: CustomStringConvertible {
  /// The value in Python's notation, as nearly as may be; long ones in full.
  public var description: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .largeInteger(let value): value.decimal
    case .float(let value): "\(value)"
    case .complex(let value): "complex(\(value.real), \(value.imaginary))"
    case .bytes(let bytes): "b\(Self.quoted(bytes))"
    case .string(let text): "'\(text)'"
    case .python2String(let bytes): "str\(Self.quoted(bytes))"
    case .list(let items): "[\(Self.joined(items))]"
    case .tuple(let items): "(\(Self.joined(items))\(items.count == 1 ? "," : ""))"
    case .dictionary(let pairs):
      "{\(pairs.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    case .set(let items): items.isEmpty ? "set()" : "{\(Self.joined(items))}"
    case .frozenSet(let items): "frozenset({\(Self.joined(items))})"
    case .channel(let channel): "<Channel id=\(channel.number)>"
    }
  }

  private static func joined(_ items: [WireValue]) -> String {
    items.map(\.description).joined(separator: ", ")
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    var text = "'"
    for byte in bytes {
      if 0x20...0x7e ~= byte {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
      }
    }
    return text + "'"
  }
}
