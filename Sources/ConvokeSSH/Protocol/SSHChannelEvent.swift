import ConvokeProcess

/// What the far end of a session channel tells.
enum SSHChannelEvent: Sendable, Equatable {
  /// The channel is open: requests may be sent.
  case opened
  /// The server opens no channel, for this reason.
  case refused(String)
  /// The host could not be reached.
  case unreachable(Failure)
  /// The answer to a request that asked for one.
  case answered(Bool)
  /// Output of the program.
  case received(ArraySlice<UInt8>, OutputStream)
  /// No more output comes.
  case outputEnded
  /// The program ended by itself.
  case exited(UInt32)
  /// The program was ended by the signal of this name.
  case signalled(String)
  /// Everything written so far is on its way.
  case inputDrained
  /// The connection is gone, for this reason.
  case lost(String)
  /// The channel is closed: nothing more comes.
  case closed
}
