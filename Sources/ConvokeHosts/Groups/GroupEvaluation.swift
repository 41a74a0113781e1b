/// Looks up groups for one expression: each only once, and none inside itself.
final class GroupEvaluation {
  private let groups: GroupResolver?
  private var known: [String: HostSet] = [:]
  /// The groups being looked up, from the outermost.
  private var stack: [String] = []

  init(_ groups: GroupResolver?) { self.groups = groups }

  /// The hosts of a group; of the default source without a source.
  func hosts(in group: String, source: String?) throws(HostSetError) -> HostSet {
    let source = try self.source(source)
    return try self.evaluate("@\(source.name):\(group)", source) { () throws(HostSetError) in
      guard let text = try GroupResolver.ask(source, { try source.hosts(in: group) }) else {
        let trouble = "the group source '\(source.name)' has no group '\(group)'"
        throw HostSetError(.unknownGroup, trouble)
      }
      return text
    }
  }

  /// All hosts that a source knows.
  func allHosts(source: String?) throws(HostSetError) -> HostSet {
    let source = try self.source(source)
    if let text = try GroupResolver.ask(source, { try source.allHosts() }) {
      return try self.evaluate("@\(source.name):*", source) { () throws(HostSetError) in text }
    }
    var builder = HostSetBuilder()
    for group in try GroupResolver.ask(source, { try source.groupNames() }) {
      builder.add(try self.hosts(in: group, source: source.name))
    }
    return builder.finish()
  }

  /// Reads the expression of a group unless that has been done.
  private func evaluate(
    _ name: String,
    _ source: any GroupSource,
    text: () throws(HostSetError) -> String
  ) throws(HostSetError) -> HostSet {
    if let set = self.known[name] { return set }
    guard !self.stack.contains(name) else {
      let path = (self.stack.drop { $0 != name } + [name]).joined(separator: " -> ")
      throw HostSetError(.groupCycle, "the group '\(name)' contains itself: \(path)")
    }
    let expression = HostSet.withoutComments(try text())
    self.stack.append(name)
    defer { self.stack.removeLast() }
    var parser = HostSetParser(expression, evaluation: self, source: source.name)
    do throws(HostSetError) {
      let set = try parser.parse()
      self.known[name] = set
      return set
    } catch {
      // A cycle is told by its path, not by each group on it.
      guard error.code != .groupCycle else { throw error }
      var located = error
      located.message = "the group '\(name)': \(error.message)"
      throw located
    }
  }

  private func source(_ name: String?) throws(HostSetError) -> any GroupSource {
    guard let groups = self.groups else {
      throw HostSetError(.unknownSource, "no groups are known here; give a groups file")
    }
    return try groups.source(name)
  }
}
