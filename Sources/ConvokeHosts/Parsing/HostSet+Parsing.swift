extension HostSet {
  /// Reads an expression, such as `node[1-64],login1!node13`.
  ///
  /// Operators apply from left to right and bind alike: `,` or white space unites, `!` takes away,
  /// `&` keeps what is in both, `^` what is in one alone. `docs/host-sets.md` has the whole syntax.
  ///
  /// - Parameters:
  ///   - text: The expression.
  ///   - groups: Where `@group` is looked up; without it a group is an error.
  ///   - reader: Reads `file:PATH`, `^PATH` and `-`; by default they are errors.
  ///   - limit: The most hosts that the expression, or a range in it, may stand for.
  /// - Throws: ``HostSetError``, with the code `empty` if the expression selects no host.
  public init(
    _ text: String,
    groups: GroupResolver? = nil,
    reader: HostTextReader = .none,
    limit: Int = 10_000_000
  ) throws(HostSetError) {
    let evaluation = GroupEvaluation(groups)
    var parser = HostSetParser(text, evaluation: evaluation, reader: reader, limit: limit)
    self = try parser.parse()
    guard self.isEmpty else { return }
    let trouble =
      text == "-"
      ? "standard input has no host" : "the expression '\(text.shortened)' selects no host"
    throw HostSetError(.empty, trouble, text: text)
  }
}
