import ConvokeProcess

/// One session on a host: a channel of a shared connection, or an ssh process of its own.
///
/// To be used on the thread of the reactor, where its events come too.
protocol RemoteSession: AnyObject, Sendable {
  /// Runs a command line once the session is open.
  func execute(_ line: String, _ terminal: PseudoTerminal?)
  /// Writes to the input of the program.
  func write(_ bytes: [UInt8])
  /// Ends the input of the program.
  func endInput()
  /// Stops or resumes to take output.
  func setPaused(_ isPaused: Bool)
  /// Tells the terminal its size.
  func resize(rows: UInt16, columns: UInt16)
  /// Ends the session, whatever runs in it.
  func close()
}
