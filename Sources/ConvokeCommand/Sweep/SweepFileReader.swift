import ConvokeSweep
import Yams

/// Reads the parts of a sweep file and says where something is wrong.
struct SweepFileReader {
  let path: String
  /// The names of the parameters read so far.
  private(set) var names: Set<String> = []
  private var used: [(name: String, node: Node)] = []
  // Those that a parameter follows from, which must stand before it.
  private var early: [(name: String, of: String, node: Node)] = []

  init(path: String) { self.path = path }

  /// What is wrong, with the line.
  func error(_ node: Node, _ message: String) -> UsageError {
    UsageError("\(self.path):\(node.mark?.line ?? 1): \(message)")
  }

  /// Says that a name in an expression is no parameter.
  func checkNames() throws {
    for (name, node) in self.used where !self.names.contains(name) {
      let near = NearestWord.find(name, among: self.names.sorted()).map {
        ", did you mean '\($0)'?"
      }
      throw self.error(node, "there is no parameter '\(name)'\(near ?? "")")
    }
    for (name, parameter, node) in self.early {
      throw self.error(node, "'\(parameter)' follows from '\(name)', which must stand before it")
    }
  }

  /// Reads `parameters`.
  mutating func parameters(_ node: Node, into parameters: inout Parameters) throws {
    guard case .mapping(let mapping) = node else {
      throw self.error(node, "parameters are written as 'name: [value, value]'")
    }
    for (key, value) in mapping {
      guard let name = key.string, !name.isEmpty else {
        throw self.error(key, "the name of a parameter must be text")
      }
      self.names.insert(name)
      try self.parameter(name, value, into: &parameters)
    }
  }

  private mutating func parameter(
    _ name: String,
    _ node: Node,
    into parameters: inout Parameters
  ) throws {
    guard case .mapping(let mapping) = node else {
      if case .list(let values) = YAMLValue.value(node) {
        return parameters.append(name, .list(values))
      }
      // A single value is a parameter that does not vary.
      return parameters.append(name, .list([YAMLValue.value(node)]))
    }
    if let only = mapping.first, mapping.count == 1, let word = only.key.string {
      if ["value", "values"].contains(word), only.value.string != nil {
        let first = self.used.count
        let before = self.names.subtracting([name])
        try parameters.append(name, expression: self.expression(only.value))
        for use in self.used[first...] where !before.contains(use.name) {
          self.early.append((use.name, name, use.node))
        }
        return
      }
      if case .sequence = only.value {
        return parameters.append(name, try self.progression(word, only.value))
      }
    }
    try parameters.append(name, .levels(self.levels(name, mapping)))
  }

  private mutating func levels(_ name: String, _ mapping: Node.Mapping) throws -> [Factor.Level] {
    var levels: [Factor.Level] = []
    for (key, value) in mapping {
      var inner = Parameters()
      let isEmpty = YAMLValue.value(value) == .null
      if !isEmpty {
        guard case .mapping = value else {
          throw self.error(
            value,
            "a value of '\(name)' that brings parameters has them in braces: {a: {x: [1, 2]}, b: {}}"
          )
        }
        try self.parameters(value, into: &inner)
      }
      levels.append(Factor.Level(YAMLValue.value(key), inner))
    }
    return levels
  }

  private func progression(_ word: String, _ node: Node) throws -> Factor {
    guard case .list(let values) = YAMLValue.value(node) else {
      throw self.error(node, "'\(word)' needs a list")
    }
    let numbers = values.compactMap(\.number)
    let whole = values.compactMap { if case .int(let number) = $0 { number } else { nil } }
    let isAllNumbers = numbers.count == values.count
    switch word {
    case "range" where whole.count == values.count && [2, 3].contains(whole.count):
      let step = whole.count == 3 ? whole[2] : 1
      guard whole[0] <= whole[1], step > 0 else { break }
      return .range(whole[0]...whole[1], by: step)
    case "linear" where isAllNumbers && numbers.count == 3:
      return .linear(from: numbers[0], to: numbers[1], count: Int(numbers[2]))
    case "geom" where isAllNumbers && numbers.count == 3 && numbers[0] > 0 && numbers[1] > 0:
      return .geometric(from: numbers[0], to: numbers[1], count: Int(numbers[2]))
    case "igeom" where whole.count == 3 && whole[0] > 0 && whole[1] > 0:
      return .integerGeometric(from: whole[0], to: whole[1], count: whole[2])
    case "interval" where isAllNumbers && numbers.count == 2:
      return .interval(numbers[0], numbers[1])
    case "log_interval" where isAllNumbers && numbers.count == 2 && numbers.allSatisfy { $0 > 0 }:
      return .interval(numbers[0], numbers[1], isLogarithmic: true)
    default: break
    }
    throw self.error(
      node,
      "'\(word): \(ParameterValue.list(values).json)' is none of range: [first, last, step], "
        + "linear, geom or igeom: [first, last, count], interval or log_interval: [low, high]"
    )
  }

  /// Reads `zip`.
  mutating func zips(_ node: Node, into parameters: inout Parameters) throws {
    let groups = node.sequence.map { Array($0) } ?? [node]
    for group in groups {
      guard case .mapping(let mapping) = group else {
        throw self.error(group, "zip is written as '{size: [1, 2], time: [10, 20]}'")
      }
      var lists: [(name: String, values: [ParameterValue])] = []
      for (key, value) in mapping {
        guard let name = key.string, case .list(let values) = YAMLValue.value(value) else {
          throw self.error(value, "each parameter of zip needs a list")
        }
        self.names.insert(name)
        lists.append((name, values))
      }
      do throws(SweepError) {
        try parameters.zip(lists: lists)
      } catch {
        throw self.error(group, error.message)
      }
    }
  }

  /// Reads `where`.
  mutating func constraints(_ node: Node) throws -> [Constraint] {
    let nodes = node.sequence.map { Array($0) } ?? [node]
    return try nodes.map { node in
      try Constraint(expression: self.expression(node))
    }
  }

  // An expression that can be read, whose names are checked at the end.
  private mutating func expression(_ node: Node) throws -> String {
    guard let text = node.string else { throw self.error(node, "an expression is text") }
    do throws(SweepError) {
      self.used += try SweepExpression(text).names.sorted().map { ($0, node) }
    } catch {
      throw self.error(node, error.message)
    }
    return text
  }

  /// Reads `sample`.
  func sample(_ node: Node) throws -> Sample {
    let value = YAMLValue.value(node)
    let methods = Sample.Method.allCases.map(\.rawValue).joined(separator: ", ")
    guard case .text(let word) = value["method"] ?? "random",
      let method = Sample.Method(rawValue: word)
    else { throw self.error(node, "the method of a sample is one of \(methods)") }
    guard case .int(let count) = value["count"] ?? .null, count > 0 else {
      throw self.error(node, "a sample needs 'count:', how many combinations to take")
    }
    guard case .int(let seed) = value["seed"] ?? 1 else {
      throw self.error(node, "the seed of a sample is a whole number")
    }
    return Sample(method, count: count, seed: UInt64(bitPattern: Int64(seed)))
  }
}
