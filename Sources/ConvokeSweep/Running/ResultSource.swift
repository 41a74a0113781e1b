/// Where the result of an execution is found.
public enum ResultSource: Sendable, Hashable {
  /// There is none but the exit code.
  case none
  /// JSON on standard output: all of it, or else its last line that is JSON.
  case json
  /// A file of JSON on the host; its path may have names in braces.
  case file(String)
  /// A regular expression over standard output, of the form of Swift: the groups that have names; of
  /// several matches the last one counts.
  case pattern(String)
}

/// Reads results from what a program wrote.
enum ResultReader {
  /// The JSON of an output: all of it, or its last line that is JSON.
  static func json(_ text: String) throws(SweepError) -> ParameterValue {
    if let whole = try? ParameterValue(json: text) { return whole }
    for line in text.split(separator: "\n").reversed() {
      guard let first = line.first, "{[".contains(first) || first.isNumber || first == "-" else {
        continue
      }
      if let value = try? ParameterValue(json: String(line)) { return value }
    }
    guard let last = text.split(whereSeparator: \.isNewline).last else {
      throw SweepError(.result, "standard output has no JSON: it is empty")
    }
    throw SweepError(.result, "standard output has no JSON: it ends with '\(last.suffix(80))'")
  }

  /// The named groups of the last match.
  static func match(
    _ source: String,
    _ text: String
  ) throws(SweepError) -> ParameterValue {
    guard let match = text.matches(of: try Self.pattern(source)).last else {
      throw SweepError(.result, "standard output has no match of /\(source)/")
    }
    var fields: [ParameterValue.Field] = []
    for group in match.output {
      guard let name = group.name, let text = group.substring else { continue }
      fields.append(.init(name, Self.scalar(String(text))))
    }
    return .object(fields)
  }

  /// A number if the text is one, else the text.
  static func scalar(_ text: String) -> ParameterValue {
    if let whole = Int(text) { return .int(whole) }
    if let number = Double(text), number.isFinite { return .double(number) }
    return .text(text)
  }

  /// Reads a regular expression.
  static func pattern(_ text: String) throws(SweepError) -> Regex<AnyRegexOutput> {
    let pattern: Regex<AnyRegexOutput>
    do {
      pattern = try Regex(text)
    } catch {
      throw SweepError(.syntax, "/\(text)/ is no regular expression: \(error)")
    }
    return pattern.anchorsMatchLineEndings()
  }
}
