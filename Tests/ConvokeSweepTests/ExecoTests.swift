import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

/// The genuine `execo_engine` on the same parameters.
struct ExecoTests {
  private static let definitions: [(Sweep, String)] = [
    (["param 1": ["a", "b"], "param 2": [1, 2]], "{'param 1': ['a', 'b'], 'param 2': [1, 2]}"),
    (
      [
        "param 1": ["a", "b"],
        "param 2": [
          1: ["param 1 1": ["x", "y"], "param 1 2": [0.0, 1.0]], 2: ["param 2 1": [-10, 10]],
        ],
      ],
      """
      {'param 1': ['a', 'b'], 'param 2': {1: {'param 1 1': ['x', 'y'], 'param 1 2': [0.0, 1.0]},
        2: {'param 2 1': [-10, 10]}}}
      """
    ),
    (
      [
        "a": [1], "none": [], "deep": ["x": ["y": [2: ["z": [3, 4]], 5: [:]]], "w": [:]],
        "e": [:],
      ],
      """
      {'a': [1], 'none': [], 'deep': {'x': {'y': {2: {'z': [3, 4]}, 5: {}}}, 'w': {}}, 'e': {}}
      """
    ),
    (
      ["x": [1, 2], "level": ["p": ["x": [9]], "q": [:]], "x2": [true, nil]],
      "{'x': [1, 2], 'level': {'p': {'x': [9]}, 'q': {}}, 'x2': [True, None]}"
    ),
    ([:], "{}"),
  ]

  private func python(_ source: String) async throws -> String {
    let program = Tool.packageFolder.appending(path: ".venv/bin/python").path
    let result = try await Tool.run(program, ["-c", source])
    try #require(result.status == 0, "\(result.errors)")
    return result.output
  }

  @Test(arguments: 0..<5) func `the combinations are those of execo`(index: Int) async throws {
    let (sweep, source) = Self.definitions[index]
    let answer = try await self.python(
      """
      import json
      from execo_engine import sweep
      for combination in sweep(\(source)): print(json.dumps(combination, separators=(",", ":")))
      """
    )
    #expect(try sweep.all().map(\.json) == answer.split(separator: "\n").map(String.init))
  }

  @Test func `progressions are those of execo`() async throws {
    let cases = [(1, 20, 5), (1, 1_000, 10), (5, 5, 3), (1, 3, 8), (2, 1 << 20, 13), (7, 9, 1)]
    let source = cases.map { "(\($0.0), \($0.1), \($0.2))" }.joined(separator: ", ")
    let answer = try await self.python(
      """
      import json
      from execo_engine import geom, igeom
      for case in [\(source)]: print(json.dumps([igeom(*case), geom(*case)]))
      """
    )
    for (line, (low, high, count)) in zip(answer.split(separator: "\n"), cases) {
      guard case .list(let both) = try ParameterValue(json: String(line)) else { continue }
      let whole = Progression.integerGeometric(from: low, to: high, count: count)
      #expect(both[0] == .list(whole.map { .int($0) }))
      guard case .list(let numbers) = both[1] else { continue }
      let ours = Progression.geometric(from: Double(low), to: Double(high), count: count)
      #expect(numbers.count == ours.count)
      for (one, other) in zip(numbers, ours) {
        #expect(abs((one.number ?? 0) - other) <= other * 1e-12)
      }
    }
  }

  @Test func `slugs are those of execo`() async throws {
    let texts = [
      "{'a': 1, 'b': 'x y'}", "Ünïcode  Straße ﬁ", "--a--b--", "  x\ty ", "a_b-c", "", "½",
    ]
    let list = ParameterValue.list(texts.map { .text($0) }).json
    let answer = try await self.python(
      """
      import json
      from execo_engine import slugify
      print(json.dumps([[slugify(text), slugify(text, "_")] for text in json.loads(r'''\(list)''')]))
      """
    )
    let ours = texts.map { text in
      ParameterValue.list([
        .text(Slug.slugify(text)), .text(Slug.slugify(text, separator: "_")),
      ])
    }
    #expect(try ParameterValue(json: String(answer.dropLast())) == .list(ours))
  }
}
