/// A text with placeholders.
///
/// A placeholder is a known name in one pair of braces. Everything else in braces stays as it is:
/// `${HOME}`, `awk '{print $1}'` and `docker ps --format '{{.Names}}'` need no escaping. A `$` in
/// front makes a shell variable of it, so `${host}` stays too. Around a known name two pairs of
/// braces stand for a literal one: `{{host}}` gives `{host}`, and `{{{host}}}` gives `{node1}`.
package struct SubstitutionTemplate {
  private let text: Substring

  /// Makes a template of its text.
  package init(_ text: String) { self.text = text[...] }

  /// The text with values in place of the placeholders.
  ///
  /// - Parameter value: Gives the value of a name, or `nil` for a name that is not known; it also
  ///   gets the text that came since the last name it was asked for.
  /// - Returns: The text.
  package func filled(_ value: (_ before: Substring, _ name: String) -> String?) -> String {
    var filled = ""
    var rest = self.text
    var pending = self.text[..<self.text.startIndex]
    while let brace = rest.firstIndex(of: "{") {
      let opening = rest[brace...].prefix { $0 == "{" }
      let name = rest[opening.endIndex...].prefix { $0 != "{" && $0 != "}" }
      let closing = rest[name.endIndex...].prefix { $0 == "}" }
      let pairs = min(opening.count, closing.count)
      let isVariable = self.text[..<brace].last == "$"
      let before = self.text[pending.startIndex..<brace]
      let isName = !isVariable && pairs > 0 && !name.isEmpty
      if isName, let value = value(before, String(name)) {
        let inner = pairs % 2 == 1 ? value : String(name)
        filled += rest[..<brace]
        filled += String(repeating: "{", count: opening.count - pairs + pairs / 2) + inner
        filled += String(repeating: "}", count: closing.count - pairs + pairs / 2)
        rest = rest[closing.endIndex...]
        pending = rest[..<rest.startIndex]
      } else {
        if isName { pending = self.text[brace..<brace] }
        filled += rest[..<opening.endIndex]
        rest = rest[opening.endIndex...]
      }
    }
    return filled + rest
  }
}
