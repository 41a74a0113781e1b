public import ConvokeProcess

/// Something that happened while an action ran over a fleet.
///
/// For each member the order is: `started`, any `output` and `progress`, then `retrying` and
/// `started` again, or `ended`. A member that was never started has only its `ended`. Every action
/// that is not composed has one `planned` before all its members, also one that is left out after
/// a failure; `began` comes first and `finished` with the report of the whole last, once each.
public enum FleetEvent: Sendable {
  /// All begins; what is started on the hosts will have this in its environment.
  case began(RunID)
  /// An action, or a part of a composed one, is about to begin with these members.
  case planned([FleetMember])
  /// An attempt has begun, the first being number 1: the connection is being made.
  case started(FleetMember, attempt: Int)
  /// A chunk of output arrived; only with ``FleetOptions/OutputEvents/chunks``.
  case output(FleetMember, OutputChunk)
  /// A line of output arrived; only with ``FleetOptions/OutputEvents/lines``.
  case line(FleetMember, OutputLine)
  /// So many bytes of so many of a copy have been sent or received; the total may be unknown.
  case progress(FleetMember, bytes: Int, of: Int?)
  /// An attempt failed and another one follows after this time.
  case retrying(FleetMember, after: Outcome, delay: Duration)
  /// A member has its outcome.
  case ended(FleetResult)
  /// No more hosts are begun, for this reason, such as the text of the stop rule.
  case stopped(String)
  /// Everything has ended.
  case finished(FleetReport)
}
