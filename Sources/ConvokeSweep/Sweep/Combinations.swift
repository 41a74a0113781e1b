/// The combinations of a sweep, made one after the other.
///
/// It is no `Sequence`, because a dependent parameter or a constraint can fail.
public struct Combinations: Sendable {
  private enum Source: Sendable {
    case sweep(Sweep)
    case list([Combination])
  }

  private let source: Source

  init(sweep: Sweep) { self.source = .sweep(sweep) }
  init(list: [Combination]) { self.source = .list(list) }

  /// Starts at the first combination.
  ///
  /// - Returns: The iterator.
  public func makeIterator() -> Iterator {
    switch self.source {
    case .sweep(let sweep): Iterator(sweep)
    case .list(let list): Iterator(list)
    }
  }

  /// All combinations, in their order.
  ///
  /// - Returns: The list.
  /// - Throws: What an expression of the sweep throws.
  public func all() throws -> [Combination] {
    var iterator = self.makeIterator()
    var list: [Combination] = []
    while let combination = try iterator.next() { list.append(combination) }
    return list
  }

  /// How many combinations there are; all of them are made to find out.
  ///
  /// - Returns: The number.
  /// - Throws: What a dependent parameter or a constraint throws.
  public func count() throws -> Int {
    var iterator = self.makeIterator()
    var count = 0
    while try iterator.next() != nil { count += 1 }
    return count
  }

  /// Where one has got to in the combinations of a sweep.
  public struct Iterator: Sendable {
    private typealias Entry = Parameters.Entry

    // A choice that was opened: what was chosen before, what comes after, and what is left of it.
    private struct Frame: Sendable {
      var base: Combination
      var rest: [Entry]
      var choices: [Entry.Choice]
      var next = 0
    }

    private var frames: [Frame] = []
    private var listed: ArraySlice<Combination> = []
    private var isBegun = true
    private var sweep = Sweep([:])

    init(_ list: [Combination]) { self.listed = list[...] }

    init(_ sweep: Sweep) {
      self.sweep = sweep
      self.isBegun = false
    }

    /// The next combination; `nil` after the last one.
    ///
    /// - Returns: The combination.
    /// - Throws: What a dependent parameter or a constraint throws.
    public mutating func next() throws -> Combination? {
      if let first = self.listed.popFirst() { return first }
      while let combination = try self.candidate() {
        if try self.sweep.brokenConstraint(of: combination) == nil { return combination }
      }
      return nil
    }

    private mutating func candidate() throws -> Combination? {
      if !self.isBegun {
        self.isBegun = true
        if let only = try self.open(Combination(), self.sweep.parameters.entries) { return only }
      }
      while var frame = self.frames.popLast() {
        guard frame.next < frame.choices.count else { continue }
        let choice = frame.choices[frame.next]
        frame.next += 1
        self.frames.append(frame)
        var combination = frame.base
        for field in choice.fields { combination[field.name] = field.value }
        if let whole = try self.open(combination, choice.parameters + frame.rest) { return whole }
      }
      return nil
    }

    // Opens the next parameter that has values; hands the combination back if there is none.
    private mutating func open(_ base: Combination, _ entries: [Entry]) throws -> Combination? {
      var entries = entries[...]
      while let entry = entries.popFirst() {
        let choices = try entry.choices(after: base)
        if choices.isEmpty { continue }
        self.frames.append(Frame(base: base, rest: Array(entries), choices: choices))
        return nil
      }
      return base
    }
  }
}
