/// What is added to a log under one path, through rotations of both kinds.
///
/// A file that is *renamed* is read on beside the new one, until nothing was added to it for a
/// minute: its program writes to it until it is told to open the new one. A file that is *emptied*
/// is read from its beginning; what was added in the tenth of a second before that is in the copy alone.
struct LogTail {
  /// How long a file that lost its name is read on after the last line.
  static let patience = Duration.seconds(60)

  private struct Part {
    let file: LogFile
    var lastSeen = ContinuousClock.now
  }

  private let path: String
  /// The files that have had the name, the one that has it now last.
  private var parts: [Part] = []

  /// Begins to follow.
  ///
  /// - Parameters:
  ///   - path: The path; if there is no file yet, it is waited for.
  ///   - skipsContents: Whether to begin with what is added from now on.
  /// - Throws: ``LogError``.
  init(_ path: String, skipsContents: Bool) throws {
    self.path = path
    if let file = try LogFile(path, skipsContents: skipsContents) {
      self.parts = [Part(file: file)]
    }
  }

  /// Whether there is a file.
  var exists: Bool { !self.parts.isEmpty }

  /// Hands out what was added, in pieces; not more than a mebibyte, as others wait for their turn.
  ///
  /// - Parameter take: Gets lines without their ends; while it waits, nothing is read.
  /// - Returns: Whether there is more.
  /// - Throws: ``LogError``; what `take` throws.
  mutating func look(_ take: ([[UInt8]]) async throws -> Void) async throws -> Bool {
    try self.openNext()
    var turns = 16
    for index in self.parts.indices {
      while let lines = try self.parts[index].file.next() {
        self.parts[index].lastSeen = .now
        if !lines.isEmpty { try await take(lines) }
        turns -= 1
        if turns == 0 { return true }
      }
    }
    while self.parts.count > 1, self.parts[0].lastSeen.duration(to: .now) > Self.patience {
      let last = self.parts.removeFirst().file.lastLine()
      if !last.isEmpty { try await take(last) }
    }
    return false
  }

  private mutating func openNext() throws {
    guard let identity = LogFile.identity(of: self.path) else { return }
    if self.parts.contains(where: { $0.file.identity == identity }) { return }
    if let file = try LogFile(self.path, skipsContents: false) {
      self.parts.append(Part(file: file))
    }
  }
}
