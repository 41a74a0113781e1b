import Testing

@testable import ConvokeSweep

struct ExpressionTests {
  private let combination = Combination([
    .init("size", 4), .init("mode", "fast"), .init("share", 0.5), .init("list", [1, 2]),
  ])

  @Test(arguments: [
    ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3.5"), ("7 // 2", "3"), ("-7 // 2", "-4"),
    ("-7 % 3", "2"), ("2 ** 10", "1024"), ("2 ** -1", "0.5"), ("-2 ** 2", "-4"),
    ("size * share", "2.0"), ("mode == 'fast'", "true"), ("mode + '!'", "\"fast!\""),
    ("size in [1, 4]", "true"), ("3 not in list", "true"), ("'as' in mode", "true"),
    ("not size > 4 and mode != \"slow\"", "true"), ("size > 5 or share < 1", "true"),
    ("missing == null", "true"), ("missing < 3", "false"), ("not missing", "true"),
    ("min(size, 2, 8)", "2"), ("max(list)", "2"), ("log2(8)", "3.0"), ("ceil(2.1)", "3"),
    ("round(2.5)", "2"), ("len(mode)", "4"), ("abs(-3)", "3"), ("1 == 1.0", "true"),
    ("[size, size * 2] if size < 8 else []", "[4,8]"), ("1e3", "1000.0"), ("10 - 3 - 2", "5"),
  ])
  func `an expression has this value`(text: String, value: String) throws {
    #expect(try SweepExpression(text).value(in: self.combination).json == value)
  }

  @Test(arguments: [
    ("", "it is empty"), ("1 +", "something is missing at the end"), ("(1", "')' is missing"),
    ("1 2", "'2' is too much"), ("a = 1", "'=' has no meaning here"), ("'a", "a text has no end"),
    ("system('x')", "there is no function 'system'"), ("1.2.3", "'1.2.3' is no number"),
    ("min()", "'min' does not take 0 arguments"), ("1 if 2", "'if' needs 'else'"),
    (String(repeating: "(", count: 1_000), "it is nested too deeply"),
    (String(repeating: "-", count: 1_000) + "1", "it is nested too deeply"),
    (String(repeating: "not ", count: 1_000) + "1", "it is nested too deeply"),
  ])
  func `what is wrong with an expression is said`(text: String, problem: String) {
    let error = #expect(throws: SweepError.self) { try SweepExpression(text) }
    #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: ["mode * 2", "1 / 0", "1 % 0", "2 ** 100", "9223372036854775807 + 1", "1 in 2"])
  func `values that do not fit together are an error`(text: String) {
    #expect(throws: SweepError.self) {
      try SweepExpression(text).value(in: self.combination)
    }
  }
}
