/// Reads the text of an expression, by precedence from the weakest operator to the strongest.
struct ExpressionReader {
  private var tokens: ExpressionTokens
  private var depth = 0

  private static let deepest = 100

  /// Reads an expression.
  static func read(_ text: String) throws(SweepError) -> ExpressionNode {
    var reader = ExpressionReader(tokens: try ExpressionTokens(text))
    let node = try reader.whole()
    if let rest = reader.tokens.next { throw reader.tokens.problem("'\(rest.text)' is too much") }
    return node
  }

  private init(tokens: ExpressionTokens) { self.tokens = tokens }

  private mutating func whole() throws(SweepError) -> ExpressionNode {
    self.depth += 1
    defer { self.depth -= 1 }
    guard self.depth < Self.deepest else { throw self.tokens.problem("it is nested too deeply") }
    let value = try self.alternative()
    guard self.tokens.take("if") else { return value }
    let condition = try self.alternative()
    guard self.tokens.take("else") else { throw self.tokens.problem("'if' needs 'else'") }
    return .choice(condition: condition, value, try self.whole())
  }

  private mutating func alternative() throws(SweepError) -> ExpressionNode {
    var node = try self.conjunction()
    while self.tokens.take("or") { node = .or(node, try self.conjunction()) }
    return node
  }

  private mutating func conjunction() throws(SweepError) -> ExpressionNode {
    var node = try self.negation()
    while self.tokens.take("and") { node = .and(node, try self.negation()) }
    return node
  }

  private mutating func negation() throws(SweepError) -> ExpressionNode {
    self.depth += 1
    defer { self.depth -= 1 }
    guard self.depth < Self.deepest else { throw self.tokens.problem("it is nested too deeply") }
    if self.tokens.take("not") { return .not(try self.negation()) }
    return try self.comparison()
  }

  private mutating func comparison() throws(SweepError) -> ExpressionNode {
    let left = try self.sum()
    for name in ["==", "!=", "<=", ">=", "<", ">", "in"] where self.tokens.take(name) {
      return .operation(name, left, try self.sum())
    }
    guard self.tokens.take("not") else { return left }
    guard self.tokens.take("in") else { throw self.tokens.problem("'in' is missing after 'not'") }
    return .not(.operation("in", left, try self.sum()))
  }

  private mutating func sum() throws(SweepError) -> ExpressionNode {
    var node = try self.product()
    while let name = ["+", "-"].first(where: { self.tokens.take($0) }) {
      node = .operation(name, node, try self.product())
    }
    return node
  }

  private mutating func product() throws(SweepError) -> ExpressionNode {
    var node = try self.signed()
    while let name = ["*", "/", "//", "%"].first(where: { self.tokens.take($0) }) {
      node = .operation(name, node, try self.signed())
    }
    return node
  }

  private mutating func signed() throws(SweepError) -> ExpressionNode {
    self.depth += 1
    defer { self.depth -= 1 }
    guard self.depth < Self.deepest else { throw self.tokens.problem("it is nested too deeply") }
    if self.tokens.take("-") { return .negative(try self.signed()) }
    let base = try self.single()
    return self.tokens.take("**") ? .operation("**", base, try self.signed()) : base
  }

  private mutating func single() throws(SweepError) -> ExpressionNode {
    if self.tokens.take("(") {
      let node = try self.whole()
      guard self.tokens.take(")") else { throw self.tokens.problem("')' is missing") }
      return node
    }
    if self.tokens.take("[") { return .list(try self.arguments("]")) }
    guard let token = self.tokens.takeAny() else {
      throw self.tokens.problem("something is missing at the end")
    }
    switch token.kind {
    case .value(let value): return .value(value)
    case .name where self.tokens.take("("): return try self.call(token.text)
    case .name: return .name(token.text)
    case .sign: throw self.tokens.problem("'\(token.text)' is not expected")
    }
  }

  private mutating func call(_ name: String) throws(SweepError) -> ExpressionNode {
    let arguments = try self.arguments(")")
    guard let counts = Arithmetic.functions[name] else {
      let known = Arithmetic.functions.keys.sorted().joined(separator: ", ")
      throw self.tokens.problem("there is no function '\(name)', only \(known)")
    }
    guard counts.contains(arguments.count) else {
      throw self.tokens.problem("'\(name)' does not take \(arguments.count) arguments")
    }
    return .call(name, arguments)
  }

  private mutating func arguments(_ end: String) throws(SweepError) -> [ExpressionNode] {
    var nodes: [ExpressionNode] = []
    if self.tokens.take(end) { return nodes }
    repeat { nodes.append(try self.whole()) } while self.tokens.take(",")
    guard self.tokens.take(end) else { throw self.tokens.problem("'\(end)' is missing") }
    return nodes
  }
}
