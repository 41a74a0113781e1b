import ConvokeProcess

/// One choice of a value for each parameter.
///
/// Two combinations are equal when the same names have the same values, in whatever order. `1`, `1.0`
/// and `"1"` are different values.
public struct Combination: Sendable {
  /// The names and their values, in the order of the sweep.
  public private(set) var fields: [ParameterValue.Field]

  /// Makes a combination.
  ///
  /// - Parameter fields: The names and their values; of a name given twice the last value counts.
  public init(_ fields: [ParameterValue.Field] = []) {
    self.fields = fields
    let isPlain = fields.indices.allSatisfy { index in
      fields[..<index].allSatisfy { $0.name != fields[index].name }
    }
    if isPlain { return }
    self.fields = []
    for field in fields { self[field.name] = field.value }
  }

  /// The value of a parameter; `nil` if the combination has no such parameter.
  ///
  /// - Parameter name: The name of the parameter.
  public subscript(_ name: String) -> ParameterValue? {
    get { self.fields.first { $0.name == name }?.value }
    set {
      let index = self.fields.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): self.fields[index].value = value
      case (let index?, nil): self.fields.remove(at: index)
      case (nil, let value?): self.fields.append(ParameterValue.Field(name, value))
      case (nil, nil): break
      }
    }
  }

  /// The combination as a JSON object, in the order of the sweep.
  public var json: String { ParameterValue.object(self.fields).json }

  /// The identity of the combination: 20 hexadecimal digits, whatever the order of its fields.
  ///
  /// They are the first digits of the SHA-256 of the JSON object whose names are sorted by their
  /// UTF-8 bytes, without white space.
  public var key: String {
    var bytes: [UInt8] = []
    ParameterValue.object(self.fields).writeJSON(into: &bytes, isCanonical: true)
    return String(SHA256.hexadecimal(of: bytes).prefix(20))
  }

  /// Reads a combination from a JSON object.
  ///
  /// - Parameter text: The object.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/syntax`` if it is none.
  public init(json text: String) throws(SweepError) { try self.init(json: Array(text.utf8)) }

  /// Reads a combination from the bytes of a JSON object.
  init(json bytes: [UInt8]) throws(SweepError) {
    guard case .object(let fields) = try JSONReader.read(bytes) else {
      let text = String(decoding: bytes.prefix(80), as: UTF8.self)
      throw SweepError(.syntax, "a combination is a JSON object, not: \(text)")
    }
    self.init(fields)
  }
}

extension Combination: Hashable {
  private var sorted: [ParameterValue.Field] {
    self.fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Whether the same names have the same values.
  public static func == (left: Combination, right: Combination) -> Bool {
    left.fields == right.fields || left.sorted == right.sorted
  }

  /// Hashes names and values, whatever their order.
  public func hash(into hasher: inout Hasher) { hasher.combine(self.sorted) }
}

extension Combination: CustomStringConvertible {
  /// The names and values as `size=1 mode=a`.
  public var description: String {
    self.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }
}
