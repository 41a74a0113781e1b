/// Text for SVG and HTML.
enum Markup {
  /// A text in which nothing is markup, also within quotes.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default:
        // XML 1.0 (section 2.2) has no other control characters than these.
        let isAllowed = character.unicodeScalars.allSatisfy {
          $0.value >= 0x20 || ["\t", "\n", "\r"].contains($0)
        }
        escaped += isAllowed ? String(character) : "\u{FFFD}"
      }
    }
    return escaped
  }

  /// A number with two decimal places at most.
  static func number(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }

  /// A number for people: four significant digits, or all before the point.
  static func label(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    let exponent = Int(log10Floor(abs(value)))
    if exponent >= 7 || exponent < -4 {
      let mantissa = (value / power(exponent) * 100).rounded() / 100
      return "\(Self.number(mantissa))e\(exponent)"
    }
    let factor = power(max(0, 3 - exponent))
    let rounded = (value * factor).rounded() / factor
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  private static func log10Floor(_ value: Double) -> Double {
    var exponent = 0.0
    var rest = value
    while rest >= 10 {
      rest /= 10
      exponent += 1
    }
    while rest < 1 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }

  private static func power(_ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }
}
