import ConvokeSweep
import Foundation
import Yams

/// The definition of a sweep, as it stands in a file such as `sweep.yaml`.
struct SweepFile {
  /// The path of the file.
  let path: String
  /// Its text.
  let text: String
  /// The combinations.
  private(set) var sweep = Sweep([:])
  /// The names of all parameters, sorted.
  private(set) var names: [String] = []
  /// How they are executed, where the file says so.
  private(set) var run = SweepRunSection()

  /// Reads a file.
  ///
  /// - Throws: ``UsageError`` that names the file, the line and what is wrong there.
  init(path: String) throws {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UsageError("\(path) cannot be read; write a first one with: convoke sweep init \(path)")
    }
    self.text = String(decoding: data, as: UTF8.self)
    let root: Node?
    do {
      root = try Yams.compose(yaml: self.text)
    } catch {
      throw Self.error(error, path)
    }
    guard let root, case .mapping(let mapping) = root else {
      throw UsageError("\(path): a sweep needs at least 'parameters:' with names and values")
    }
    var parameters = Parameters()
    var reader = SweepFileReader(path: path)
    for (key, value) in mapping {
      switch key.string {
      case "parameters": try reader.parameters(value, into: &parameters)
      case "zip": try reader.zips(value, into: &parameters)
      case "where": self.sweep.constraints = try reader.constraints(value)
      case "sample": self.sweep.sample = try reader.sample(value)
      case "run": self.run = try SweepRunSection(value, reader)
      case "name": break
      default:
        let known = ["name", "parameters", "zip", "where", "sample", "run"]
        let near = NearestWord.find(key.string ?? "", among: known)
        throw reader.error(
          key,
          "there is no '\(key.string ?? "")', only name, parameters, zip, where, sample and run"
            + (near.map { "; did you mean '\($0)'?" } ?? "")
        )
      }
    }
    self.sweep.parameters = parameters
    try reader.checkNames()
    self.names = reader.names.sorted()
  }

  private static func error(_ error: any Error, _ path: String) -> UsageError {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _) where problem.contains("cannot start"):
      UsageError(
        "\(path):\(mark.line): this is no YAML: a word cannot begin with this character (lines are "
          + "indented by spaces, not by tabs)"
      )
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      UsageError("\(path):\(mark.line): this is no YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      UsageError(
        "\(path):\(context.mark.line): \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) "
          + "occurs twice"
      )
    default: UsageError("\(path): this is no YAML: \(error)")
    }
  }

  /// The folder of the results of a file: `sweep.yaml` has `sweep.results`.
  static func folder(of path: String) -> String {
    for suffix in [".yaml", ".yml"] where path.hasSuffix(suffix) {
      return path.dropLast(suffix.count) + ".results"
    }
    return path + ".results"
  }
}
