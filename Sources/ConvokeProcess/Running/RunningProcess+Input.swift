import Synchronization

extension RunningProcess {
  /// Writes to the standard input, if the command has ``Command/Input/stream``.
  ///
  /// Returns when all bytes are on their way; waits while the program does not read.
  ///
  /// - Parameter bytes: The bytes to write.
  /// - Throws: ``ProcessError`` with code ``ProcessError/Code/inputClosed`` when the program has
  ///   ended or closed its input.
  public func write(_ bytes: [UInt8]) async throws {
    await self.waitUntilStarted()
    guard let control = self.state.withLock({ $0.outcome == nil ? $0.control : nil }) else {
      self.didFailInput()
      throw ProcessError(.inputClosed, "cannot write to '\(self.command.label)', it has ended")
    }
    do {
      try await control.write(bytes)
    } catch {
      self.didFailInput()
      throw error
    }
  }

  /// Writes text as UTF-8 to the standard input.
  ///
  /// - Parameter text: The text to write.
  /// - Throws: ``ProcessError`` with code ``ProcessError/Code/inputClosed`` when the program has
  ///   ended or closed its input.
  public func write(_ text: String) async throws { try await self.write(Array(text.utf8)) }

  /// Ends the standard input, so that the program reads end-of-file; harmless the second time.
  ///
  /// On a pseudo-terminal it types Ctrl-D.
  public func closeInput() async {
    await self.waitUntilStarted()
    self.state.withLock { $0.control }?.closeInput()
  }

  /// Tells the pseudo-terminal its new size.
  ///
  /// - Parameters:
  ///   - rows: The number of text lines.
  ///   - columns: The number of characters in a line.
  public func resize(rows: UInt16, columns: UInt16) {
    self.state.withLock { $0.control }?.resize(rows: rows, columns: columns)
  }
}
