import ConvokeSweep
import Yams

/// Reads YAML so that values keep their types and mappings their order.
///
/// Plain `true`, `false`, `null`, whole numbers and decimal fractions are what they look like; everything
/// else, and all that stands in quotes, is text: `yes`, `no`, `0x10` and `1_000` are text, too.
enum YAMLValue {
  /// The value of a node.
  static func value(_ node: Node) -> ParameterValue {
    switch node {
    case .scalar(let scalar): self.scalar(scalar)
    case .sequence(let sequence): .list(sequence.map(self.value))
    case .mapping(let mapping):
      .object(mapping.map { .init($0.key.string ?? "", self.value($0.value)) })
    case .alias: .null
    }
  }

  private static func scalar(_ scalar: Node.Scalar) -> ParameterValue {
    guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
    let text = scalar.string
    switch text {
    case "", "~", "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    if text.wholeMatch(of: /[+-]?[0-9]+/) != nil, let number = Int(text) { return .int(number) }
    if text.wholeMatch(of: /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/) != nil,
      let number = Double(text)
    {
      return .double(number)
    }
    return .text(text)
  }
}
