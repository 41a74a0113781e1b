import ArgumentParser
import ConvokeFleet

/// Reads the values of options and says what is wrong with them.
enum Checked {
  /// A port.
  @Sendable static func port(_ text: String) throws -> Int {
    try Checked.number(text, in: 1...65535)
  }

  /// A number from 1.
  @Sendable static func positive(_ text: String) throws -> Int {
    try Checked.number(text, in: 1...1_000_000)
  }

  /// A number from 0.
  @Sendable static func count(_ text: String) throws -> Int {
    try Checked.number(text, in: 0...1_000_000)
  }

  /// A niceness.
  @Sendable static func niceness(_ text: String) throws -> Int {
    try Checked.number(text, in: -20...19)
  }

  /// A file mode mask, in octal digits.
  @Sendable static func umask(_ text: String) throws -> UInt16 {
    if let mask = UInt16(text, radix: 8), mask <= 0o777 { return mask }
    throw ValidationError("it must be octal digits from 000 to 777.")
  }

  /// A kind of worker.
  @Sendable static func worker(_ text: String) throws -> FleetWorker {
    if let worker = FleetWorker(rawValue: text) { return worker }
    let known = FleetWorker.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("it must be one of \(known).")
  }

  private static func number(_ text: String, in range: ClosedRange<Int>) throws -> Int {
    if let number = Int(text), range.contains(number) { return number }
    throw ValidationError("it must be a number from \(range.lowerBound) to \(range.upperBound).")
  }
}
