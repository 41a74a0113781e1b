/// Knows groups of hosts by name, such as those of a file or the partitions of Slurm.
///
/// Host sets come as text, which may name other groups; those without a source are of this one.
/// What a source throws becomes the cause of a ``HostSetError`` with the code `groupSource`.
public protocol GroupSource: Sendable {
  /// The name of the source, as in `@source:group`.
  var name: String { get }

  /// Returns the expression that a group stands for, or `nil` if there is no such group.
  ///
  /// - Parameter group: The name of the group, without `@` and source.
  /// - Returns: The expression, or `nil`.
  /// - Throws: What keeps the source from answering.
  func hosts(in group: String) throws -> String?

  /// Returns the expression for all hosts, or `nil` where that is the union of all groups.
  func allHosts() throws -> String?

  /// Returns the names of all groups.
  func groupNames() throws -> [String]

  /// Returns the names of the groups of a host, or `nil` where looking into all groups tells it.
  ///
  /// - Parameter host: The name of the host.
  /// - Returns: The names of the groups, or `nil`.
  /// - Throws: What keeps the source from answering.
  func groups(of host: String) throws -> [String]?
}

extension GroupSource {
  /// Returns `nil`: all hosts are those of all groups.
  public func allHosts() throws -> String? { nil }

  /// Returns `nil`: the groups themselves tell who is in them.
  ///
  /// - Parameter host: The name of the host.
  /// - Returns: The names of the groups, or `nil`.
  /// - Throws: Nothing.
  public func groups(of host: String) throws -> [String]? { nil }
}
