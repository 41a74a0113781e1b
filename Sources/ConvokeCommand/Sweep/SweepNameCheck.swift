import ConvokeSweep

/// Finds names that were meant to be parameters.
struct SweepNameCheck {
  private let names: [String]

  /// Makes a check with the names of the parameters.
  init(_ names: [String]) { self.names = names }

  /// Checks the expression that orders combinations.
  ///
  /// - Throws: ``UsageError`` if a name in it is no parameter, or ``SweepError`` if it cannot be read.
  func checkOrder(_ text: String) throws {
    guard case .expression(let expression) = try SweepOrder(text) else { return }
    for name in expression.names.sorted() where !self.names.contains(name) {
      let near = NearestWord.find(name, among: self.names + SweepOrder.words)
      throw UsageError(
        "--order '\(text)': there is no parameter '\(name)'"
          + (near.map { ", did you mean '\($0)'?" } ?? "")
      )
    }
  }

  /// What may be wrong with a command: names in braces that are nearly those of parameters.
  ///
  /// Other words in braces are for shells, awk and their like.
  ///
  /// - Returns: A sentence for each.
  func notes(_ program: SweepProgram) -> [String] {
    let known = self.names + SweepProgram.commonNames
    return program.names.sorted().compactMap { name in
      guard !known.contains(name), name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.-]*/) != nil,
        let near = NearestWord.find(name, among: known)
      else { return nil }
      return "{\(name)} in the command is no parameter and stays as it is; did you mean {\(near)}?"
    }
  }
}
