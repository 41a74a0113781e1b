/// The states of a combination in a store.
public enum SweepState: String, Sendable, Hashable, CaseIterable, Codable {
  /// It waits to be taken.
  case todo
  /// A worker has it.
  case leased
  /// It was executed and its result is recorded, once.
  case done
  /// It was executed and failed; it is not offered again until it is reset.
  case failed
  /// It was left out on purpose; it is not offered again until it is reset.
  case skipped
  /// It was withdrawn while it ran or waited; it is not offered again until it is reset.
  case cancelled
}
