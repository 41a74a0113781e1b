/// Looks up groups of hosts in one or several sources.
public struct GroupResolver: Sendable {
  private let sources: [String: any GroupSource]
  /// The names of the sources, in the order in which they were given.
  public let sourceNames: [String]
  /// The name of the source of groups that are named without one; `nil` if there is no source.
  public let defaultSource: String?

  /// Makes a resolver.
  ///
  /// - Parameters:
  ///   - sources: The sources; of two with the same name the later one counts.
  ///   - defaultSource: The source of `@group`; by default the first one.
  public init(_ sources: [any GroupSource], defaultSource: String? = nil) {
    var byName: [String: any GroupSource] = [:]
    var names: [String] = []
    for source in sources {
      if byName.updateValue(source, forKey: source.name) == nil { names.append(source.name) }
    }
    self.sources = byName
    self.sourceNames = names
    self.defaultSource = defaultSource ?? names.first
  }

  /// Returns the hosts of a group, with those of the groups it names.
  ///
  /// - Parameters:
  ///   - group: The name of the group, without `@`.
  ///   - source: The name of its source; `nil` for the default source.
  /// - Returns: The hosts; possibly none.
  /// - Throws: ``HostSetError`` if there is no such group or its source fails.
  public func hosts(in group: String, source: String? = nil) throws(HostSetError) -> HostSet {
    try GroupEvaluation(self).hosts(in: group, source: source)
  }

  /// Returns all hosts that a source knows.
  ///
  /// - Parameter source: The name of the source; `nil` for the default source.
  /// - Returns: The hosts; possibly none.
  /// - Throws: ``HostSetError`` if there is no such source or it fails.
  public func allHosts(source: String? = nil) throws(HostSetError) -> HostSet {
    try GroupEvaluation(self).allHosts(source: source)
  }

  /// Returns the names of the groups of a source.
  ///
  /// - Parameter source: The name of the source; `nil` for the default source.
  /// - Returns: The names, sorted.
  /// - Throws: ``HostSetError`` if there is no such source or it fails.
  public func groupNames(source: String? = nil) throws(HostSetError) -> [String] {
    let source = try self.source(source)
    return try Self.ask(source) { try source.groupNames() }.sorted()
  }

  /// Returns the names of the groups that a host is in.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - source: The name of the source; `nil` for the default source.
  /// - Returns: The names, sorted.
  /// - Throws: ``HostSetError`` if there is no such source or it fails.
  public func groups(of host: Host, source: String? = nil) throws(HostSetError) -> [String] {
    let known = try self.source(source)
    if let names = try Self.ask(known, { try known.groups(of: host.name) }) {
      return Set(names).sorted()
    }
    let evaluation = GroupEvaluation(self)
    let wanted: HostSet = [host]
    var names: [String] = []
    for group in try self.groupNames(source: source) {
      let members = try evaluation.hosts(in: group, source: source)
      if !wanted.intersection(members).isEmpty { names.append(group) }
    }
    return names
  }

  func source(_ name: String?) throws(HostSetError) -> any GroupSource {
    guard let wanted = name ?? self.defaultSource else {
      throw HostSetError(.unknownSource, "no groups are known here; give a groups file")
    }
    guard let source = self.sources[wanted] else {
      let known = self.sourceNames.isEmpty ? "none" : self.sourceNames.joined(separator: ", ")
      throw HostSetError(.unknownSource, "there is no group source '\(wanted)'; known: \(known)")
    }
    return source
  }

  /// Asks a source, making of what it throws an error that names it.
  static func ask<Answer>(
    _ source: any GroupSource,
    _ question: () throws -> Answer
  ) throws(HostSetError) -> Answer {
    do {
      return try question()
    } catch let error as HostSetError {
      throw error
    } catch {
      let trouble = "the group source '\(source.name)' failed"
      throw HostSetError(.groupSource, trouble, cause: error)
    }
  }
}
