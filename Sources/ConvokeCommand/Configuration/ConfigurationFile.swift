import Yams

/// What a configuration file says.
struct ConfigurationFile: Sendable {
  /// A value, with the line it stands on.
  struct Entry: Sendable, Hashable {
    /// The text of the value; lists are joined by commas.
    var value: String
    /// The line, from 1.
    var line: Int
  }

  /// The path it was read from.
  var path: String
  /// The settings.
  var settings: [Setting: Entry] = [:]
  /// The expression of each group.
  var groups: [String: String] = [:]
  /// The paths of files with more groups.
  var groupFiles: [Entry] = []
  /// How the addresses of hosts are made of their names; the first rule that fits counts.
  var rewrites: [RewriteRule] = []

  /// Reads the text of a file.
  ///
  /// - Throws: ``UsageError`` with the path, the line and what is wrong.
  init(text: String, path: String) throws {
    self.path = path
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw UsageError("\(path): \(ConfigurationFile.describe(error))")
    }
    guard let root, root.null == nil else { return }
    for (key, value) in try self.mapping(root, "the file") { try self.read(key, value) }
  }

  private static let sections = ["defaults", "connection", "groups", "group-files", "rewrite"]

  private mutating func read(_ key: Node, _ value: Node) throws {
    let name = try self.text(key, "a key")
    if value.null != nil, ConfigurationFile.sections.contains(name) { return }
    if let section = Setting.Section(rawValue: name) {
      return try self.readSettings(value, section)
    }
    switch name {
    case "groups":
      for (key, value) in try self.mapping(value, "'groups'") {
        let group = try self.text(key, "the name of a group")
        self.groups[group] = try self.list(value, "the group '\(group)'")
      }
    case "group-files":
      self.groupFiles = try self.texts(value, "'group-files'")
    case "rewrite":
      guard let rules = value.sequence else {
        throw self.error(value, "'rewrite' must be a list of rules, each with 'match' and 'to'")
      }
      self.rewrites = try rules.map(self.rule)
    default:
      throw self.unknown(key, name, in: "", known: ConfigurationFile.sections)
    }
  }

  private mutating func readSettings(_ node: Node, _ section: Setting.Section) throws {
    let known = Setting.allCases.filter { $0.section == section }
    for (key, value) in try self.mapping(node, "'\(section.rawValue)'") {
      let name = try self.text(key, "a key")
      guard let setting = known.first(where: { $0.rawValue == name }) else {
        let place = " in '\(section.rawValue)'"
        throw self.unknown(key, name, in: place, known: known.map(\.rawValue))
      }
      let text = try self.list(value, "'\(name)'")
      if let complaint = setting.complaint(about: text) {
        throw self.error(value, "'\(name)' is '\(text)', but must be \(complaint)")
      }
      self.settings[setting] = Entry(value: text, line: self.line(value))
    }
  }

  private func rule(_ node: Node) throws -> RewriteRule {
    var parts: [String: String] = [:]
    for (key, value) in try self.mapping(node, "a rule of 'rewrite'") {
      let name = try self.text(key, "a key")
      guard ["match", "to"].contains(name) else {
        throw self.unknown(key, name, in: " in 'rewrite'", known: ["match", "to"])
      }
      parts[name] = try self.text(value, "'\(name)'")
    }
    guard let match = parts["match"], let replacement = parts["to"] else {
      throw self.error(node, "a rule of 'rewrite' needs 'match' and 'to'")
    }
    guard let rule = RewriteRule(match: match, replacement: replacement) else {
      throw self.error(node, "'\(match)' is not a regular expression")
    }
    return rule
  }
}

// MARK: - Nodes

extension ConfigurationFile {
  private func mapping(_ node: Node, _ what: String) throws -> Node.Mapping {
    if let mapping = node.mapping { return mapping }
    throw self.error(node, "\(what) must hold 'key: value' pairs")
  }

  private func text(_ node: Node, _ what: String) throws -> String {
    if let scalar = node.scalar { return scalar.string }
    throw self.error(node, "\(what) must be a single value")
  }

  // A scalar, a list of scalars, or pairs, which become `key=value`.
  private func texts(_ node: Node, _ what: String) throws -> [Entry] {
    if let sequence = node.sequence {
      return try sequence.map { Entry(value: try self.text($0, what), line: self.line($0)) }
    }
    if let mapping = node.mapping {
      return try mapping.map { key, value in
        let pair = try "\(self.text(key, what))=\(self.text(value, what))"
        return Entry(value: pair, line: self.line(key))
      }
    }
    return [Entry(value: try self.text(node, what), line: self.line(node))]
  }

  private func list(_ node: Node, _ what: String) throws -> String {
    try self.texts(node, what).map(\.value).joined(separator: ",")
  }

  private func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  private func unknown(
    _ node: Node,
    _ name: String,
    in place: String,
    known: [String]
  ) -> UsageError {
    let nearest = NearestWord.find(name, among: known)
    let hint =
      nearest.map { "did you mean '\($0)'?" } ?? "known are " + known.joined(separator: ", ")
    return self.error(node, "unknown key '\(name)'\(place); \(hint)")
  }

  private func error(_ node: Node, _ message: String) -> UsageError {
    UsageError("\(self.path):\(self.line(node)): \(message)")
  }

  private static func describe(_ error: any Error) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "line \(mark.line): \(problem)"
    default: "\(error)"
    }
  }
}
