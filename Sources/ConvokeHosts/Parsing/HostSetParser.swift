/// Reads an expression from left to right; all operators bind alike.
struct HostSetParser {
  /// The most hosts that an expression may stand for.
  static let defaultLimit = 10_000_000

  let text: String
  let bytes: [UInt8]
  let evaluation: GroupEvaluation
  /// Where lists of hosts are read from.
  let reader: HostTextReader
  /// The source of groups that are named without one; `nil` for the default source.
  let source: String?
  let limit: Int
  var position = 0

  init(
    _ text: String,
    evaluation: GroupEvaluation,
    reader: HostTextReader = .none,
    source: String? = nil,
    limit: Int = Self.defaultLimit
  ) {
    self.text = text
    self.bytes = Array(text.utf8)
    self.evaluation = evaluation
    self.reader = reader
    self.source = source
    self.limit = limit
  }

  /// Reads the whole text, which may be empty.
  mutating func parse() throws(HostSetError) -> HostSet {
    var hosts = HostAccumulator()
    self.skipSpaces()
    var next: ExpressionOperator? = self.byte == nil ? nil : .union
    while let sign = next {
      switch sign {
      case .union:
        hosts.settle()
        try self.parseTerm(into: &hosts.added, filtering: nil)
        try self.checkLimit(&hosts.added)
      case .difference where self.byte != UInt8(ascii: "/"):
        try self.parseTerm(into: &hosts.removed, filtering: nil)
      default:
        hosts = HostAccumulator(try self.combine(hosts.finish(), sign))
      }
      next = try self.parseOperator()
    }
    return hosts.finish()
  }

  /// Reads the right operand of an operator and applies it.
  private mutating func combine(
    _ left: HostSet,
    _ sign: ExpressionOperator
  ) throws(HostSetError) -> HostSet {
    var operand = HostSetBuilder()
    try self.parseTerm(into: &operand, filtering: sign == .symmetricDifference ? nil : left)
    let right = operand.finish()
    return switch sign {
    case .union: left.union(right)
    case .difference: left.subtracting(right)
    case .intersection: left.intersection(right)
    case .symmetricDifference: left.symmetricDifference(right)
    }
  }

  /// Reads what joins two terms, white space standing for a comma; `nil` at the end.
  private mutating func parseOperator() throws(HostSetError) -> ExpressionOperator? {
    self.skipSpaces()
    guard let byte = self.byte else { return nil }
    guard let sign = ExpressionOperator(rawValue: byte) else { return .union }
    self.position += 1
    self.skipSpaces()
    if self.byte == nil {
      let sign = String(decoding: [byte], as: UTF8.self)
      let trouble = "the operator '\(sign)' has nothing after it"
      throw self.error(.syntax, trouble, at: self.position - 1)
    }
    return sign
  }

  /// Reads one term and adds its hosts; a regular expression selects among the hosts of `left`.
  private mutating func parseTerm(
    into builder: inout HostSetBuilder,
    filtering left: HostSet?
  ) throws(HostSetError) {
    let start = self.position
    switch self.byte {
    case UInt8(ascii: "@"): builder.add(try self.parseGroup(from: start))
    case UInt8(ascii: "/"): builder.add(try self.parseRegex(filtering: left))
    case UInt8(ascii: "^"):
      self.position += 1
      builder.add(try self.parseFile())
    default:
      let end = try self.endOfTerm()
      guard start < end else { throw self.error(.syntax, "a host is missing", at: start) }
      self.position = end
      if end == start + 1, self.bytes[start] == UInt8(ascii: "-") {
        builder.add(try self.parseInput())
      } else if self.bytes[start..<end].starts(with: "file:".utf8) {
        self.position = start + 5
        builder.add(try self.parseFile())
      } else {
        try self.parseHosts(in: start..<end, into: &builder)
      }
    }
  }

  /// The index after a term: that of the next operator or space that is in no brackets.
  func endOfTerm() throws(HostSetError) -> Int {
    var index = self.position
    while index < self.bytes.count, !isSeparator(self.bytes[index]) {
      if self.bytes[index] == UInt8(ascii: "[") {
        guard let close = self.bytes[index...].firstIndex(of: UInt8(ascii: "]")) else {
          throw self.error(.syntax, "the bracket '[' is not closed", at: index)
        }
        index = close
      }
      index += 1
    }
    return index
  }

  private func checkLimit(_ builder: inout HostSetBuilder) throws(HostSetError) {
    guard builder.count > self.limit else { return }
    builder.compact()
    guard builder.count > self.limit else { return }
    throw self.tooMany(builder.count)
  }

  /// The error that an expression stands for too many hosts.
  func tooMany(_ count: Int) -> HostSetError {
    let trouble = "the expression stands for \(count) hosts; the limit is \(self.limit)"
    return self.error(.tooManyHosts, trouble, at: 0)
  }

  /// The byte at the position; `nil` at the end.
  var byte: UInt8? { self.position < self.bytes.count ? self.bytes[self.position] : nil }

  private mutating func skipSpaces() {
    while let byte = self.byte, isSpace(byte) { self.position += 1 }
  }

  /// An error about what stands at a byte of the text.
  func error(
    _ code: HostSetError.Code,
    _ trouble: String,
    at position: Int,
    cause: (any Error)? = nil
  ) -> HostSetError {
    let message = "\(trouble), in '\(self.text.shortened)' at byte \(position)"
    return HostSetError(code, message, text: self.text, position: position, cause: cause)
  }
}

/// Whether a byte is white space.
func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

/// Whether a byte ends a term.
func isSeparator(_ byte: UInt8) -> Bool {
  isSpace(byte) || ExpressionOperator(rawValue: byte) != nil
}
