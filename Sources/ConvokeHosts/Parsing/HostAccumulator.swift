/// What an expression stands for up to some term.
///
/// Terms joined by commas go into one builder, and so do those that `!` takes away in a row, so
/// that a long list takes linear time.
struct HostAccumulator {
  /// The hosts added so far.
  var added: HostSetBuilder
  /// The hosts to take away from these.
  var removed = HostSetBuilder()

  init() { self.added = HostSetBuilder() }

  init(_ set: HostSet) { self.added = HostSetBuilder(set) }

  /// Takes away what is to be taken away, before further hosts are added.
  mutating func settle() {
    guard self.removed.count > 0 else { return }
    self = HostAccumulator(self.finish())
  }

  /// The hosts that are left.
  func finish() -> HostSet {
    let set = self.added.finish()
    return self.removed.count > 0 ? set.subtracting(self.removed.finish()) : set
  }
}
