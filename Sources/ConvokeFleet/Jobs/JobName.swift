/// The name of a job: the name of its folder on the host, and an argument on command lines.
public struct JobName: Sendable, Hashable {
  /// The name.
  public let text: String

  /// Makes a name.
  ///
  /// - Parameter text: 1 to 64 ASCII letters, digits, dots, underscores and hyphens; the first one
  ///   is a letter or a digit.
  /// - Throws: ``FleetError`` with code ``FleetError/Code/syntax``.
  public init(_ text: String) throws(FleetError) {
    let isPlain = text.utf8.allSatisfy { byte in
      Self.isWord(byte) || "._-".utf8.contains(byte)
    }
    guard isPlain, (1...64).contains(text.utf8.count), text.utf8.first.map(Self.isWord) == true
    else {
      throw FleetError(
        .syntax,
        """
        '\(text)' is not the name of a job: that is 1 to 64 letters, digits, dots, underscores and \
        hyphens, and begins with a letter or a digit
        """
      )
    }
    self.text = text
  }

  /// Makes the name of a job that was given none: the identifier of its run.
  ///
  /// - Parameter run: The run.
  public init(_ run: RunID) { self.text = run.rawValue }

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension JobName: CustomStringConvertible {
  /// The name.
  public var description: String { self.text }
}
