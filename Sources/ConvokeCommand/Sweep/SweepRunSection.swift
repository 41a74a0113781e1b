import ConvokeSweep
import Yams

/// What a sweep file says about the execution of its combinations; options of the command come first.
struct SweepRunSection {
  var program: SweepProgram?
  var results: String?
  var hosts: String?
  var slots: Int?
  var hostsPerCombination: Int?
  var setup: String?
  var teardown: String?
  var timeout: Duration?
  var retries: [String: Int] = [:]
  var stop: String?
  var order: String?
  var warmup: Int?
  var repetitions: Int?
  var environment: [String: String] = [:]
  var directory: String?

  private static let keys = [
    "command", "results", "on", "slots", "hosts", "setup", "teardown", "timeout", "retries", "stop",
    "order", "warmup", "repetitions", "env", "directory",
  ]

  /// Makes a section that says nothing.
  init() {}

  /// Reads the section.
  ///
  /// - Throws: ``UsageError`` that names the line.
  init(_ node: Node, _ reader: SweepFileReader) throws {
    guard case .mapping(let mapping) = node else {
      throw reader.error(
        node,
        "run has lines of its own below it, such as 'command: ./bench {size}'"
      )
    }
    for (key, value) in mapping { try self.read(key, value, reader) }
  }

  private mutating func read(_ key: Node, _ node: Node, _ reader: SweepFileReader) throws {
    let value = YAMLValue.value(node)
    switch key.string {
    case "command": self.program = try Self.program(value, node, reader)
    case "results": self.results = try Self.results(value, node, reader)
    case "on": self.hosts = value.description
    case "slots": self.slots = try Self.count(value, 1, key, reader)
    case "hosts": self.hostsPerCombination = try Self.count(value, 1, key, reader)
    case "setup": self.setup = value.description
    case "teardown": self.teardown = value.description
    case "timeout":
      guard let duration = DurationText.parse(value.description) else {
        throw reader.error(node, "timeout is '\(value)', but must be a duration such as 90s or 10m")
      }
      self.timeout = duration
    case "retries":
      guard case .object(let fields) = value else {
        self.retries = ["exit": try Self.count(value, 0, key, reader)]
        return
      }
      for field in fields { self.retries[field.name] = try Self.count(field.value, 0, key, reader) }
    case "stop": self.stop = value.description
    case "order": self.order = value.description
    case "warmup": self.warmup = try Self.count(value, 0, key, reader)
    case "repetitions": self.repetitions = try Self.count(value, 1, key, reader)
    case "env":
      guard case .object(let fields) = value else {
        throw reader.error(node, "env is written as '{NAME: value}'")
      }
      for field in fields { self.environment[field.name] = field.value.description }
    case "directory": self.directory = value.description
    default:
      let known = Self.keys.joined(separator: ", ")
      throw reader.error(key, "run has no '\(key.string ?? "")', only \(known)")
    }
  }

  private static func program(
    _ value: ParameterValue,
    _ node: Node,
    _ reader: SweepFileReader
  ) throws -> SweepProgram {
    switch value {
    case .text(let line): return SweepProgram(line)
    case .list(let words) where !words.isEmpty:
      var program = SweepProgram("")
      program.form = .arguments(words.map(\.description))
      return program
    default: throw reader.error(node, "the command is a line of text or a list of words")
    }
  }

  private static func results(
    _ value: ParameterValue,
    _ node: Node,
    _ reader: SweepFileReader
  ) throws -> String {
    switch value {
    case .text(let word) where ["json", "none"].contains(word): return word
    case .object(let fields) where fields.count == 1 && ["file", "regex"].contains(fields[0].name):
      return "\(fields[0].name):\(fields[0].value)"
    default:
      throw reader.error(node, "results is json, none, {file: PATH} or {regex: 'time=(?<time>.*)'}")
    }
  }

  private static func count(
    _ value: ParameterValue,
    _ least: Int,
    _ key: Node,
    _ reader: SweepFileReader
  ) throws -> Int {
    if case .int(let number) = value, number >= least { return number }
    let name = key.string ?? ""
    throw reader.error(key, "\(name) is \(value), but must be a whole number from \(least) on")
  }
}
