import Foundation

/// What holds for this call: options over environment over configuration file over defaults.
struct Configuration: Sendable {
  /// A value and where it comes from.
  struct Value: Sendable, Hashable {
    /// The text of the value.
    var text: String
    /// Where it was said, such as `--fanout` or `config.yaml:3`.
    var origin: String
  }

  private var values: [Setting: Value] = [:]
  /// The file that was read, if there is one.
  var file: ConfigurationFile?

  /// Reads the configuration file and the environment.
  ///
  /// - Throws: ``UsageError`` that names the file and line, or the variable.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    self.file = try Configuration.readFile(environment)
    if let file = self.file {
      for (setting, entry) in file.settings {
        self.values[setting] = Value(text: entry.value, origin: "\(file.path):\(entry.line)")
      }
    }
    for setting in Setting.allCases {
      guard let text = environment[setting.variable], !text.isEmpty else { continue }
      if let complaint = setting.complaint(about: text) {
        throw UsageError("\(setting.variable) is '\(text)', but must be \(complaint)")
      }
      self.values[setting] = Value(text: text, origin: setting.variable)
    }
  }

  /// The text of a setting, unless it has only its default.
  subscript(setting: Setting) -> String? { self.values[setting]?.text }

  /// The value of a setting with its origin.
  func value(of setting: Setting) -> Value {
    self.values[setting] ?? Value(text: setting.standard, origin: "default")
  }

  /// The setting as a number.
  func number(_ setting: Setting) -> Int? { self[setting].flatMap { Int($0) } }
  /// The setting as a duration.
  func duration(_ setting: Setting) -> Duration? { self[setting].flatMap(DurationText.parse) }
  /// The setting as a truth value.
  func flag(_ setting: Setting) -> Bool? { self[setting].flatMap(Setting.flag) }

  /// The path of the configuration file, and whether it has to be there.
  static func path(_ environment: [String: String]) -> (path: String, isRequired: Bool)? {
    if let path = environment["CONVOKE_CONFIG"] { return path.isEmpty ? nil : (path, true) }
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return ("\(folder)/convoke/config.yaml", false)
    }
    return environment["HOME"].map { ("\($0)/.config/convoke/config.yaml", false) }
  }

  private static func readFile(_ environment: [String: String]) throws -> ConfigurationFile? {
    guard let (path, isRequired) = Configuration.path(environment) else { return nil }
    guard isRequired || FileManager.default.fileExists(atPath: path) else { return nil }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw UsageError("cannot read the configuration file \(path): \(error.localizedDescription)")
    }
    return try ConfigurationFile(text: text, path: path)
  }
}
