/// What became of the end that a worker reported.
public enum SweepCompletion: Sendable, Hashable {
  /// The worker still had the combination, and its end is recorded.
  case accepted
  /// The combination had been given back meanwhile, because no sign of life came; the end is recorded
  /// all the same.
  case adopted
  /// The end is not recorded, for this reason.
  case refused(String)
}
