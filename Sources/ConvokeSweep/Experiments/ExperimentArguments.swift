/// An option that an experiment adds to its command line: `--NAME VALUE` or `--NAME=VALUE`.
public struct ExperimentOption: Sendable, Hashable {
  /// The name, without hyphens in front.
  public var name: String
  /// A few words about it.
  public var help: String
  /// Its value where it is not given; `nil` for none.
  public var standard: String?

  /// Makes an option.
  ///
  /// - Parameters:
  ///   - name: The name, without hyphens in front.
  ///   - help: A few words about it.
  ///   - standard: Its value where it is not given.
  public init(_ name: String, _ help: String, default standard: String? = nil) {
    self.name = name
    self.help = help
    self.standard = standard
  }
}

/// What the command line of an experiment says beside what every experiment understands.
public struct ExperimentArguments: Sendable, Hashable {
  /// The values of the options, those that were not given included if they have one.
  public var values: [String: String]
  /// The words that belong to no option, in their order.
  public var words: [String]

  /// Makes arguments.
  ///
  /// - Parameters:
  ///   - values: The values of the options, by name.
  ///   - words: The words that belong to no option.
  public init(_ values: [String: String] = [:], words: [String] = []) {
    self.values = values
    self.words = words
  }

  /// The value of an option; `nil` if it has none.
  ///
  /// - Parameter name: The name of the option.
  public subscript(_ name: String) -> String? { self.values[name] }
}
