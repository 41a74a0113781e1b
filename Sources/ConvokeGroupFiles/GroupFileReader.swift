import ConvokeHosts
internal import Yams

/// Makes group sources of the nodes of a YAML text.
struct GroupFileReader {
  let name: String
  let runner: CommandGroupSource.Runner?
  private(set) var sources: [any GroupSource] = []
  private(set) var defaultSource: String?

  init(name: String, runner: CommandGroupSource.Runner?) {
    self.name = name
    self.runner = runner
  }

  mutating func read(_ text: String) throws(HostSetError) {
    guard let root = try self.compose(text) else { return }
    guard let mapping = root.mapping else {
      throw self.error(root, "a groups file maps names of sources to groups")
    }
    for (key, value) in mapping {
      let source = try self.string(key, "the name of a source")
      if source == "default", value.scalar != nil {
        self.defaultSource = try self.string(value, "the name of the default source")
      } else {
        self.sources.append(try self.source(source, value))
      }
    }
  }

  private func compose(_ text: String) throws(HostSetError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch {
      throw self.error(error)
    }
  }

  private func source(_ name: String, _ value: Node) throws(HostSetError) -> any GroupSource {
    guard let mapping = value.mapping else {
      throw self.error(value, "the source '\(name)' does not map groups to hosts")
    }
    if let upcalls = mapping["upcalls"], upcalls.mapping != nil {
      return try self.commandSource(name, upcalls)
    }
    var groups: [String: String] = [:]
    for (key, value) in mapping {
      let group = try self.string(key, "the name of a group")
      groups[group] = try self.expression(value, "the group '\(group)'")
    }
    return YAMLGroupSource(name: name, groups: groups)
  }

  private func commandSource(_ name: String, _ node: Node) throws(HostSetError) -> any GroupSource {
    var commands: [String: String] = [:]
    for (key, value) in node.mapping ?? [:] {
      let upcall = try self.string(key, "the name of an upcall")
      guard ["map", "all", "list", "reverse"].contains(upcall) else {
        throw self.error(key, "'\(upcall)' is none of the upcalls map, all, list, reverse")
      }
      commands[upcall] = try self.string(value, "the upcall '\(upcall)'")
    }
    guard let map = commands["map"] else {
      throw self.error(node, "the source '\(name)' has no upcall 'map'")
    }
    guard let runner = self.runner else {
      throw self.error(node, "the source '\(name)' needs commands, which may not run here")
    }
    let upcalls = CommandGroupSource.Upcalls(
      map: map,
      all: commands["all"],
      list: commands["list"],
      reverse: commands["reverse"]
    )
    return CommandGroupSource(name: name, upcalls: upcalls, runner: runner)
  }

  /// The expression of a group: text, or a list of texts.
  private func expression(_ node: Node, _ what: String) throws(HostSetError) -> String {
    guard let sequence = node.sequence else { return try self.string(node, what) }
    var terms: [String] = []
    for item in sequence { terms.append(try self.string(item, what)) }
    return terms.joined(separator: ",")
  }

  private func string(_ node: Node, _ what: String) throws(HostSetError) -> String {
    guard let scalar = node.scalar, !scalar.string.isEmpty else {
      throw self.error(node, "\(what) is not a text")
    }
    return scalar.string
  }

  private func error(_ node: Node, _ trouble: String) -> HostSetError {
    self.error(line: node.mark?.line, trouble)
  }

  private func error(line: Int?, _ trouble: String) -> HostSetError {
    let line = line.map { ", line \($0)" } ?? ""
    return HostSetError(.groupFile, "the groups file '\(self.name)'\(line): \(trouble)")
  }

  /// An error of the YAML text itself.
  private func error(_ error: any Error) -> HostSetError {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return self.error(line: mark.line, problem)
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      return self.error(line: context.mark.line, "\(names) occurs twice")
    default:
      return self.error(line: nil, "\(error)")
    }
  }
}
