internal import ConvokeWire

extension ParameterValue {
  /// The value as it travels.
  var wire: WireValue {
    switch self {
    case .null: .none
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .double(let value): .float(value)
    case .text(let value): .string(value)
    case .list(let values): .list(values.map(\.wire))
    case .object(let fields):
      .dictionary(fields.map { .init(.string($0.name), $0.value.wire) })
    }
  }

  /// Reads what has travelled.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/result`` for what JSON cannot say.
  init(wire: WireValue) throws(SweepError) {
    switch wire {
    case .none: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value) where value.isFinite: self = .double(value)
    case .string(let value): self = .text(value)
    case .list(let values), .tuple(let values):
      var list: [ParameterValue] = []
      for value in values { list.append(try ParameterValue(wire: value)) }
      self = .list(list)
    case .dictionary(let pairs):
      var fields: [Field] = []
      for pair in pairs {
        guard case .string(let name) = pair.key else {
          throw SweepError(.result, "the name \(pair.key) in a result is no text")
        }
        fields.append(Field(name, try ParameterValue(wire: pair.value)))
      }
      self = .object(fields)
    default:
      throw SweepError(
        .result,
        "\(wire) cannot be kept as JSON; send numbers, texts, lists and such"
      )
    }
  }
}
