import ArgumentParser

/// Durations as users write them: `90`, `1.5s`, `20m`, `1h30m`, `500ms`, `1:30:00`.
enum DurationText {
  private static let units: [(name: String, seconds: Double)] = [
    ("ms", 1e-3), ("us", 1e-6), ("d", 86_400), ("h", 3_600), ("min", 60), ("m", 60), ("s", 1),
  ]

  /// Reads a duration; a bare number counts seconds.
  static func parse(_ text: String) -> Duration? {
    let seconds =
      text.contains(":")
      ? DurationText.clock(text) : Double(plain: text) ?? DurationText.parts(text[...])
    guard let seconds, seconds <= 1e9 else { return nil }
    return .seconds(seconds)
  }

  // `M:SS`, `H:MM:SS` or `D:HH:MM:SS`.
  private static func clock(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let sizes = [1.0, 60, 3_600, 86_400]
    guard parts.count <= sizes.count else { return nil }
    var seconds = 0.0
    for (index, (part, size)) in zip(parts.reversed(), sizes).enumerated() {
      let isLeading = index == parts.count - 1
      guard let number = index == 0 ? Double(plain: part) : UInt(part).map(Double.init),
        isLeading || index == 2 && number < 24 || index < 2 && number < 60
      else { return nil }
      seconds += number * size
    }
    return seconds
  }

  // `1h30m`: each unit once, in any order.
  private static func parts(_ text: Substring) -> Double? {
    var rest = text
    var seconds = 0.0
    var seen: Set<String> = []
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      let letters = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let number = Double(plain: digits),
        let unit = DurationText.units.first(where: { $0.name == letters }),
        seen.insert(unit.name).inserted
      else { return nil }
      seconds += number * unit.seconds
      rest = rest.dropFirst(digits.count + letters.count)
    }
    return seen.isEmpty ? nil : seconds
  }

  /// Writes a duration for people: `850 ms`, `1.2 s`, `4 min 10 s`.
  static func describe(_ duration: Duration) -> String {
    let seconds = duration.inSeconds
    switch seconds {
    case ..<0.9995: return "\(Int((seconds * 1000).rounded())) ms"
    case ..<60: return "\((seconds * 10).rounded() / 10) s"
    case ..<3_600: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    default: return "\(Int(seconds) / 3_600) h \(Int(seconds) / 60 % 60) min"
    }
  }
}

extension Duration {
  /// The duration as a number of seconds.
  var inSeconds: Double {
    Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
  }
}

extension Double {
  /// Reads digits with at most one decimal point: no sign, no exponent, no `inf`.
  fileprivate init?(plain text: some StringProtocol) {
    guard text.first?.isNumber == true, text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." })
    else { return nil }
    self.init(String(text))
  }
}

/// A duration given as the value of an option.
struct DurationArgument: ExpressibleByArgument, Sendable, Hashable {
  /// How long it is.
  var duration: Duration

  /// Reads the value of an option.
  init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }
}
