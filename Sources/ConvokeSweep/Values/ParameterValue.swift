/// The value of a parameter, or a result: what JSON can say, with whole numbers apart.
public enum ParameterValue: Sendable, Hashable {
  /// No value.
  case null
  /// A truth value.
  case bool(Bool)
  /// A whole number.
  case int(Int)
  /// A number with a fraction.
  case double(Double)
  /// Text.
  case text(String)
  /// A list.
  case list([ParameterValue])
  /// Named values, in their order.
  case object([Field])

  /// A name and its value.
  public struct Field: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: ParameterValue

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: ParameterValue) {
      self.name = name
      self.value = value
    }
  }
}

extension ParameterValue {
  /// The value as a number; `nil` if it is none.
  public var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// The value of a field of an object; `nil` if there is none.
  ///
  /// - Parameter name: The name of the field.
  public subscript(_ name: String) -> ParameterValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The value as it stands in a command line: text without quotes, everything else as JSON.
  public var description: String {
    if case .text(let text) = self { return text }
    return self.json
  }
}

extension ParameterValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral
{
  /// Makes a whole number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// Makes a number with a fraction.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Makes text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes no value.
  public init(nilLiteral: ()) { self = .null }
  /// Makes a list.
  public init(arrayLiteral elements: ParameterValue...) { self = .list(elements) }
}
