import ArgumentParser
import Glibc

/// When to use colours.
enum ColorMode: String, ExpressibleByArgument, CaseIterable, Sendable {
  case auto, always, never

  /// Whether to colour what is written to a descriptor.
  ///
  /// With `auto` the environment decides first (<https://no-color.org>, <https://bixense.com/clicolors>).
  func isOn(for descriptor: Int32, environment: [String: String]) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if let value = environment["NO_COLOR"], !value.isEmpty { return false }
    if let value = environment["CLICOLOR_FORCE"], !value.isEmpty, value != "0" { return true }
    if environment["CLICOLOR"] == "0" || environment["TERM"] == "dumb" { return false }
    return isatty(descriptor) == 1
  }
}

/// Text in colour, or as it is where colours are off.
struct Style: Sendable {
  /// Whether colours are used.
  var isOn: Bool

  /// The colours in use, as in ECMA-48 section 8.3.117 (SGR).
  enum Color: String, Sendable {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
    case dim = "2"
  }

  /// The text in a colour.
  func paint(_ text: String, _ color: Color) -> String {
    self.isOn ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }
}
