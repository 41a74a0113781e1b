import Testing

@testable import ConvokeSweep

struct SweepTests {
  @Test func `the last parameter varies fastest`() throws {
    let sweep: Sweep = ["size": [1, 2], "mode": ["a", "b"]]
    #expect(
      try sweep.all().map(\.description) == [
        "size=1 mode=a", "size=1 mode=b", "size=2 mode=a", "size=2 mode=b",
      ]
    )
  }

  @Test func `a value brings parameters of its own`() throws {
    let sweep: Sweep = [
      "mode": ["a": [:], "b": ["level": [1, 2], "deep": ["x": ["y": [7]]]]], "size": [1],
    ]
    #expect(
      try sweep.all().map(\.description) == [
        "mode=a size=1", "mode=b level=1 deep=x y=7 size=1", "mode=b level=2 deep=x y=7 size=1",
      ]
    )
  }

  @Test func `a parameter without values is left out`() throws {
    let sweep: Sweep = ["size": [1], "nothing": [], "none": [:]]
    #expect(try sweep.all().map(\.description) == ["size=1"])
    #expect(try Sweep([:]).all() == [Combination()])
  }

  @Test func `constraints, zipped and dependent parameters`() throws {
    var parameters: Parameters = ["size": [1, 2, 3]]
    try parameters.zip(["file": ["a", "b"], "length": [10, 20]])
    try parameters.append("total", expression: "size * length")
    try parameters.append("part", expression: "[1, size] if size > 1 else []")
    let sweep = Sweep(parameters, constraints: [try Constraint(expression: "total < 50")])
    #expect(
      try sweep.all().map(\.description) == [
        "size=1 file=a length=10 total=10", "size=1 file=b length=20 total=20",
        "size=2 file=a length=10 total=20 part=1", "size=2 file=a length=10 total=20 part=2",
        "size=2 file=b length=20 total=40 part=1", "size=2 file=b length=20 total=40 part=2",
        "size=3 file=a length=10 total=30 part=1", "size=3 file=a length=10 total=30 part=3",
      ]
    )
    #expect(throws: SweepError.self) { try parameters.zip(["a": [1], "b": []]) }
  }

  @Test func `a million combinations are made one at a time`() throws {
    let sweep = Sweep(["a": .range(1...100), "b": .range(1...100), "c": .range(1...100)])
    var combinations = try sweep.combinations().makeIterator()
    for _ in 0..<1_000 { _ = try combinations.next() }
    #expect(try combinations.next()?.description == "a=1 b=11 c=1")
  }

  @Test func `an interval needs a sample`() throws {
    let sweep = Sweep(["x": .interval(0, 1)])
    let error = #expect(throws: SweepError.self) { try sweep.all() }
    #expect(error?.message.contains("'x' is any number from 0.0 to 1.0") == true)
  }

  @Test(arguments: [
    ("-5", -5 as ParameterValue), ("0", 0), ("-0", 0),
    ("999999999999999999", 999_999_999_999_999_999),
    ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
    ("9223372036854775808", 9_223_372_036_854_775_808.0), ("12.0", 12.0), ("1e3", 1_000.0),
    ("\"a\"", "a"), ("\"\"", ""), ("\"é\"", "é"), ("\"a\\n\"", "a\n"),
    (" [1 , 2] ", .list([1, 2])),
  ])
  func `a value is read with its type`(text: String, value: ParameterValue) throws {
    #expect(try ParameterValue(json: text) == value)
  }

  @Test(arguments: [
    "-", "1-", "1-2", "+1", ".5", "\"a", "\"\u{1}\"", "[1,]", "{\"a\" 1}", "1 2", "",
  ])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: SweepError.self) { try ParameterValue(json: text) }
  }

  @Test func `of a name given twice the last value counts`() throws {
    let combination = try Combination(json: #"{"a": 1, "b": 2, "a": 3}"#)
    #expect(combination.description == "a=3 b=2")
  }

  @Test func `the identity does not depend on the order of fields`() throws {
    let one = Combination([.init("b", 2), .init("a", "x")])
    let other = Combination([.init("a", "x"), .init("b", 2)])
    #expect(one == other)
    #expect(one.key == other.key)
    // printf '{"a":"x","b":2}' | sha256sum
    #expect(one.key == "768ca668c0f84dd39bf2")
    #expect(one != Combination([.init("a", "x"), .init("b", 2.0)]))
  }

  @Test(arguments: [
    ("size", 1 as ParameterValue, "size-1"), ("size", 1.5, "size-1.5"), ("on", true, "on-true"),
    ("name", "plain_text", "name-plain_text"),
  ])
  func `a plain combination has a plain name`(
    name: String,
    value: ParameterValue,
    slug: String
  ) {
    #expect(Combination([.init(name, value)]).slug == slug)
  }

  @Test func `names of different combinations differ`() {
    let values: [ParameterValue] = [
      1, "1", 1.0, "a b", "a-b", "A b", "é", "e", "", .null, true, "true", "null", "/", "..", "[1]",
      [1], -1, .text(String(repeating: "x", count: 300)), .text(String(repeating: "x", count: 301)),
    ]
    let slugs = values.map { Combination([.init("v", $0)]).slug }
    #expect(Set(slugs).count == values.count)
    for slug in slugs {
      #expect(slug.utf8.count <= 100)
      #expect(!slug.contains("/") && !slug.hasPrefix("."))
    }
  }
}
