/// Makes the address of a host of its name.
struct RewriteRule: Sendable, Hashable {
  /// The regular expression, searched in the name.
  var match: String
  /// What replaces what was found; `$1` is the text of the first group, `$0` all that was found.
  var replacement: String

  /// Makes a rule; `nil` if the expression is none.
  init?(match: String, replacement: String) {
    guard (try? Regex(match)) != nil else { return nil }
    self.match = match
    self.replacement = replacement
  }

  /// The address for a name; `nil` if the rule does not fit.
  func address(of name: String) -> String? {
    guard let regex = try? Regex(self.match), let found = name.firstMatch(of: regex) else {
      return nil
    }
    let groups = found.output.map { $0.substring.map(String.init) ?? "" }
    return name[..<found.range.lowerBound] + self.filled(with: groups)
      + name[found.range.upperBound...]
  }

  private func filled(with groups: [String]) -> String {
    var text = ""
    var rest = self.replacement[...]
    while let dollar = rest.firstIndex(of: "$") {
      text += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      if let number = Int(digits), number < groups.count {
        text += groups[number]
        rest = rest.dropFirst(digits.count)
      } else {
        text += "$"
      }
    }
    return text + rest
  }
}
