import Foundation

/// Readable names for files, made of any text.
public enum Slug: Sendable {
  /// A text as a part of a file name, as execo's `slugify` makes it of the same text.
  ///
  /// Letters lose their accents; what is neither a letter, a digit, `_`, white space nor a hyphen is
  /// dropped; capitals become small; runs of white space and separators become one separator.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - separator: What stands between words.
  /// - Returns: The name, which may be empty.
  public static func slugify(_ text: String, separator: String = "-") -> String {
    let kept = text.decomposedStringWithCompatibilityMapping.unicodeScalars.filter { scalar in
      let character = Character(scalar)
      return scalar.isASCII
        && (character.isLetter || character.isNumber || character.isWhitespace
          || character == "_" || character == "-")
    }
    let plain = String(String.UnicodeScalarView(kept)).lowercased()
      .trimmingCharacters(in: .whitespacesAndNewlines)
    var name = ""
    var isInRun = false
    for character in plain {
      let isSeparator = character.isWhitespace || separator.contains(character)
      if isSeparator, !isInRun { name += separator }
      if !isSeparator { name.append(character) }
      isInRun = isSeparator
    }
    return name
  }
}

extension Combination {
  private static let longest = 100

  /// A readable name that is the same in every run and different for every combination.
  ///
  /// It is made of names and values, as `size-1-mode-a`. Where characters had to go, where a text looks
  /// like a number or where it grew too long, the first eight digits of the ``key`` follow.
  public var slug: String {
    var parts: [String] = []
    var isExact = true
    for field in self.fields {
      let value = field.value.description
      for text in [field.name, value] {
        let part = Self.part(text)
        isExact = isExact && part == text && !part.isEmpty
        if !part.isEmpty { parts.append(part) }
      }
      if case .text(let text) = field.value, (try? ParameterValue(json: text)) != nil {
        isExact = false
      }
    }
    let name = parts.joined(separator: "-")
    if isExact, name.utf8.count <= Self.longest { return name }
    return "\(name.prefix(Self.longest - 9))-\(self.key.prefix(8))"
  }

  // Small letters, digits and what cannot be taken for a separator, except in front.
  private static func part(_ text: String) -> String {
    let isPlain = text.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "_"): true
      case UInt8(ascii: "."): index > 0
      default: false
      }
    }
    return isPlain ? text : Slug.slugify(text)
  }
}
