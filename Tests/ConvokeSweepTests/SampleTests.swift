import Testing

@testable import ConvokeSweep

struct SampleTests {
  private let space: Parameters = [
    "size": .range(1...50), "mode": ["a": [:], "b": ["level": .range(1...9)]],
    "share": .interval(0, 1), "rate": .interval(1, 1_000, isLogarithmic: true),
  ]

  @Test(arguments: Sample.Method.allCases)
  func `a sample is the same every time and has no repetitions`(method: Sample.Method) throws {
    let sweep = Sweep(self.space, sample: Sample(method, count: 40, seed: 5))
    let one = try sweep.all()
    #expect(one.count == 40)
    #expect(Set(one).count == 40)
    #expect(try sweep.all() == one)
    for combination in one {
      #expect((combination["mode"] == "b") == (combination["level"] != nil))
      let rate = try #require(combination["rate"]?.number)
      #expect((1...1_000).contains(rate))
    }
  }

  @Test func `the seed changes a random sample`() throws {
    let first = try Sweep(self.space, sample: Sample(.random, count: 10, seed: 1)).all()
    let second = try Sweep(self.space, sample: Sample(.random, count: 10, seed: 2)).all()
    #expect(first != second)
  }

  @Test(arguments: [Sample.Method.latin, .sobol])
  func `every stratum of every parameter is used once`(method: Sample.Method) throws {
    let sweep = Sweep(
      ["x": .interval(0, 64), "y": .interval(0, 64), "z": .interval(0, 64)],
      sample: Sample(method, count: 64)
    )
    let chosen = try sweep.all()
    for name in ["x", "y", "z"] {
      let strata = chosen.compactMap { $0[name]?.number.map { Int($0) } }
      #expect(strata.sorted() == Array(0..<64))
    }
  }

  @Test func `all dimensions of the Sobol sequence are stratified`() throws {
    let sequence = try SobolSequence(dimensions: 21)
    let points = (0..<256).map { sequence.point($0) }
    for dimension in 0..<21 {
      #expect(points.map { Int($0[dimension] * 256) }.sorted() == Array(0..<256))
    }
    #expect(throws: SweepError.self) { try SobolSequence(dimensions: 22) }
  }

  @Test func `a sample of more than there is takes all`() throws {
    for method in Sample.Method.allCases {
      let sweep = Sweep(
        ["a": [1, 2, 3], "b": [1, 2]],
        constraints: [try Constraint(expression: "a != b")],
        sample: Sample(method, count: 100)
      )
      #expect(Set(try sweep.all()).count == 4)
    }
  }
}
