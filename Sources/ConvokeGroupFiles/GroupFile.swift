public import ConvokeHosts

/// The group sources of a YAML groups file.
///
/// The file maps names of sources to groups and groups to expressions, as ClusterShell's does. A
/// source may instead have `upcalls`, and `default` names the source of groups that are named
/// without one:
///
/// ```yaml
/// default: roles
/// roles:
///   compute: node[1-64]
///   service: [login1, "@compute&node[1-2]"]
/// slurm:
///   upcalls:
///     map: sinfo -h -o %N -p $GROUP
/// ```
public struct GroupFile: Sendable {
  /// The sources, in the order of the file.
  public let sources: [any GroupSource]
  /// The default source, if the file names one.
  public let defaultSource: String?

  /// Reads the text of a groups file.
  ///
  /// - Parameters:
  ///   - text: The text, in YAML.
  ///   - name: The name of the file, for messages.
  ///   - runner: Runs the commands of upcalls; without it a source with upcalls is an error.
  /// - Throws: ``HostSetError`` with the code `groupFile` and the line, if the text is wrong.
  public init(
    _ text: String,
    name: String,
    runner: CommandGroupSource.Runner? = nil
  ) throws(HostSetError) {
    var reader = GroupFileReader(name: name, runner: runner)
    try reader.read(text)
    self.sources = reader.sources
    self.defaultSource = reader.defaultSource
  }
}

extension GroupResolver {
  /// Makes a resolver of the sources of several files.
  ///
  /// - Parameters:
  ///   - files: The files; a source of a later file counts before one of the same name,
  ///     and so does the default source.
  ///   - defaultSource: The source of `@group`; by default the one that a file names, or the first.
  public init(files: [GroupFile], defaultSource: String? = nil) {
    let named = files.last { $0.defaultSource != nil }?.defaultSource
    self.init(files.flatMap(\.sources), defaultSource: defaultSource ?? named)
  }
}
