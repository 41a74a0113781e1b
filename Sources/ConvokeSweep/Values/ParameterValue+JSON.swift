import ConvokeProcess

extension ParameterValue {
  /// The value as JSON (RFC 8259) without white space; fields stay in their order.
  ///
  /// A number that JSON cannot say, such as infinity, becomes `null`. A fraction keeps its point, so
  /// that reading it again gives a ``double(_:)``.
  public var json: String {
    var bytes: [UInt8] = []
    self.writeJSON(into: &bytes, isCanonical: false)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds the value as JSON.
  ///
  /// - Parameters:
  ///   - bytes: What to add to.
  ///   - isCanonical: Whether fields are sorted by the bytes of their names.
  func writeJSON(into bytes: inout [UInt8], isCanonical: Bool) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let flag): bytes += (flag ? "true" : "false").utf8
    case .int(let number): bytes += String(number).utf8
    case .double(let number): bytes += (number.isFinite ? "\(number)" : "null").utf8
    case .text(let text): JSONText.quote(text.utf8, into: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.writeJSON(into: &bytes, isCanonical: isCanonical)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let fields):
      Self.write(
        isCanonical
          ? fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : fields,
        into: &bytes,
        isCanonical: isCanonical
      )
    }
  }

  private static func write(_ fields: [Field], into bytes: inout [UInt8], isCanonical: Bool) {
    bytes.append(UInt8(ascii: "{"))
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      JSONText.quote(field.name.utf8, into: &bytes)
      bytes.append(UInt8(ascii: ":"))
      field.value.writeJSON(into: &bytes, isCanonical: isCanonical)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}
