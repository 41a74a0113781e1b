import Foundation

import struct ConvokeHosts.Host
import struct ConvokeHosts.HostSet

/// What the command line of an experiment says.
struct ExperimentOptions {
  var folder: String?
  var isResumed = false
  var hosts: [Host] = [Host("local", transport: .local)]
  var slots = 1
  var files = OutputFiles.Mode.none
  var isMerged = false
  var level = ExperimentLogLevel.info
  var wantsHelp = false
  /// What is meant for the experiment itself.
  var arguments: ExperimentArguments

  /// Reads the words after the name of the program.
  ///
  /// - Throws: ``SweepError`` or an error of a set of hosts, which say what is wrong.
  init(_ words: ArraySlice<String>, _ known: [ExperimentOption]) throws {
    let standards = known.compactMap { option in option.standard.map { (option.name, $0) } }
    self.arguments = ExperimentArguments(Dictionary(standards) { $1 })
    var rest = words
    while let word = rest.popFirst() {
      switch word {
      case "-c": self.folder = try Self.value(of: word, &rest)
      case "--resume": self.isResumed = true
      case "-w": self.hosts = Array(try HostSet(try Self.value(of: word, &rest)))
      case "-j":
        let text = try Self.value(of: word, &rest)
        guard let number = Int(text), number > 0 else {
          throw SweepError(.syntax, "-j '\(text)' must be a number from 1 on")
        }
        self.slots = number
      case "-l": self.level = try Self.level(try Self.value(of: word, &rest))
      case "-R": self.files = .redirected
      case "-L": self.files = .copied
      case "-M": self.isMerged = true
      case "-h", "--help": self.wantsHelp = true
      case "--":
        self.arguments.words += rest
        rest = []
      default: try self.take(word, &rest, known)
      }
    }
    if self.isResumed, self.folder != nil {
      throw SweepError(
        .syntax,
        "-c names the folder to go on in, and --resume looks for it: give one"
      )
    }
  }

  private mutating func take(
    _ word: String,
    _ rest: inout ArraySlice<String>,
    _ known: [ExperimentOption]
  ) throws {
    guard word.hasPrefix("-"), word != "-" else { return self.arguments.words.append(word) }
    let sides = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1).map(String.init)
    guard word.hasPrefix("--"), let name = sides.first, known.contains(where: { $0.name == name })
    else { throw SweepError(.syntax, "there is no option '\(word)'") }
    let value = word.contains("=") ? sides.count > 1 ? sides[1] : "" : nil
    self.arguments.values[name] = try value ?? Self.value(of: word, &rest)
  }

  private static func level(_ text: String) throws -> ExperimentLogLevel {
    if let level = ExperimentLogLevel(text) { return level }
    let names = ExperimentLogLevel.allCases.map(\.rawValue).joined(separator: ", ")
    throw SweepError(.syntax, "-l '\(text)' is none of \(names), nor a number")
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws -> String {
    guard let value = rest.popFirst() else {
      throw SweepError(.syntax, "\(option) needs a value")
    }
    return value
  }
}
