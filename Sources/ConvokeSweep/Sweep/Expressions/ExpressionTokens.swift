/// The words, numbers and signs of an expression.
struct ExpressionTokens {
  /// One of them.
  struct Token {
    enum Kind {
      case value(ParameterValue)
      case name
      case sign
    }

    var kind: Kind
    var text: String
  }

  private let text: String
  private var tokens: [Token] = []
  private var index = 0

  private static let reserved = ["and", "or", "not", "in", "if", "else"]
  private static let constants: [String: ParameterValue] = [
    "true": .bool(true), "false": .bool(false), "null": .null,
    "True": .bool(true), "False": .bool(false), "None": .null,
  ]
  private static let signs = [
    "**", "//", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",",
  ]

  init(_ text: String) throws(SweepError) {
    self.text = text
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else {
        self.tokens.append(try self.token(&rest))
      }
    }
    if self.tokens.isEmpty { throw self.problem("it is empty") }
  }

  /// What is wrong with the expression.
  func problem(_ words: String) -> SweepError {
    SweepError(.syntax, "the expression '\(self.text)' cannot be read: \(words)")
  }

  /// What comes next.
  var next: Token? { self.index < self.tokens.count ? self.tokens[self.index] : nil }

  /// Takes the next one.
  mutating func takeAny() -> Token? {
    guard let token = self.next else { return nil }
    self.index += 1
    return token
  }

  /// Takes the next one if it is this sign.
  mutating func take(_ sign: String) -> Bool {
    guard let token = self.next, case .sign = token.kind, token.text == sign else { return false }
    self.index += 1
    return true
  }

  private func token(_ rest: inout Substring) throws(SweepError) -> Token {
    guard let first = rest.first else { throw self.problem("it is empty") }
    if first == "'" || first == "\"" { return try self.quoted(&rest, first) }
    if first.isASCII, first.isNumber || first == "." { return try self.number(&rest) }
    if first.isLetter || first == "_" {
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      rest = rest.dropFirst(word.count)
      let text = String(word)
      if let value = Self.constants[text] { return Token(kind: .value(value), text: text) }
      return Token(kind: Self.reserved.contains(text) ? .sign : .name, text: text)
    }
    guard let sign = Self.signs.first(where: { rest.hasPrefix($0) }) else {
      throw self.problem("'\(first)' has no meaning here")
    }
    rest = rest.dropFirst(sign.count)
    return Token(kind: .sign, text: sign)
  }

  private func quoted(_ rest: inout Substring, _ quote: Character) throws(SweepError) -> Token {
    let inner = rest.dropFirst().prefix { $0 != quote }
    guard inner.endIndex < rest.endIndex else { throw self.problem("a text has no end") }
    rest = rest[rest.index(after: inner.endIndex)...]
    return Token(kind: .value(.text(String(inner))), text: String(inner))
  }

  private func number(_ rest: inout Substring) throws(SweepError) -> Token {
    var digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let after = rest[digits.endIndex...]
    if let exponent = after.firstMatch(of: /^[eE][+-]?[0-9]+/) {
      digits = rest[rest.startIndex..<exponent.range.upperBound]
    }
    rest = rest[digits.endIndex...]
    let text = String(digits)
    if let number = Int(text) { return Token(kind: .value(.int(number)), text: text) }
    guard let number = Double(text) else { throw self.problem("'\(text)' is no number") }
    return Token(kind: .value(.double(number)), text: text)
  }
}
