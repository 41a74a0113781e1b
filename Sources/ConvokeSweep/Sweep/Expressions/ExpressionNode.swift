/// A part of an expression.
indirect enum ExpressionNode: Sendable {
  case value(ParameterValue)
  case name(String)
  case list([ExpressionNode])
  case negative(ExpressionNode)
  case not(ExpressionNode)
  case and(ExpressionNode, ExpressionNode)
  case or(ExpressionNode, ExpressionNode)
  case choice(condition: ExpressionNode, ExpressionNode, ExpressionNode)
  case operation(String, ExpressionNode, ExpressionNode)
  case call(String, [ExpressionNode])

  /// The value for a combination.
  func value(in combination: Combination) throws(SweepError) -> ParameterValue {
    switch self {
    case .value(let value): return value
    case .name(let name): return combination[name] ?? .null
    case .list(let nodes): return .list(try Self.values(nodes, combination))
    case .negative(let node):
      return try Arithmetic.apply("-", .int(0), node.value(in: combination))
    case .not(let node): return .bool(try !node.value(in: combination).isTrue)
    case .and(let left, let right):
      let value = try left.value(in: combination)
      return value.isTrue ? try right.value(in: combination) : value
    case .or(let left, let right):
      let value = try left.value(in: combination)
      return value.isTrue ? value : try right.value(in: combination)
    case .choice(let condition, let yes, let no):
      return try condition.value(in: combination).isTrue
        ? yes.value(in: combination) : no.value(in: combination)
    case .operation(let name, let left, let right):
      return try Arithmetic.apply(name, left.value(in: combination), right.value(in: combination))
    case .call(let name, let nodes):
      return try Arithmetic.call(name, Self.values(nodes, combination))
    }
  }

  private static func values(
    _ nodes: [ExpressionNode],
    _ combination: Combination
  ) throws(SweepError) -> [ParameterValue] {
    var values: [ParameterValue] = []
    for node in nodes { values.append(try node.value(in: combination)) }
    return values
  }

  /// The names of parameters that occur in it.
  var names: Set<String> {
    switch self {
    case .value: []
    case .name(let name): [name]
    case .list(let nodes), .call(_, let nodes): nodes.reduce(into: []) { $0.formUnion($1.names) }
    case .negative(let node), .not(let node): node.names
    case .and(let left, let right), .or(let left, let right), .operation(_, let left, let right):
      left.names.union(right.names)
    case .choice(let condition, let yes, let no):
      condition.names.union(yes.names).union(no.names)
    }
  }
}

extension ParameterValue {
  /// Whether the value counts as true, as in Python.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .text(let text): !text.isEmpty
    case .list(let values): !values.isEmpty
    case .object(let fields): !fields.isEmpty
    }
  }
}
