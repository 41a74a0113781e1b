import ArgumentParser
import ConvokeGroupFiles
import ConvokeHosts
import Foundation

/// Where groups of hosts are looked up.
struct GroupOptions: ParsableArguments {
  @Option(
    name: .customLong("groups"),
    help: ArgumentHelp(
      "A YAML file of host groups, besides ~/.config/convoke/groups.yaml; repeatable.",
      valueName: "file"
    )
  )
  var files: [String] = []

  @Option(
    name: [.customShort("s"), .customLong("source")],
    help: "The source of groups that are named without one."
  )
  var source: String?

  /// What the options say, to be used on any thread.
  var lookup: GroupLookup { GroupLookup(files: self.files, source: self.source) }
}

/// Loads groups of hosts from files.
struct GroupLookup: Sendable {
  var files: [String]
  var source: String?

  /// The groups of the configuration, of the user's file, if there is one, and of the files given.
  func resolver(_ configuration: Configuration? = nil) throws -> GroupResolver {
    let configuration = try configuration ?? Configuration()
    var paths = try GroupSources.paths(configuration) + self.files
    if let path = Self.userFile, FileManager.default.fileExists(atPath: path) {
      paths.insert(path, at: 0)
    }
    let files = try paths.map { path in
      try GroupFile(try self.text(of: path), name: path) { try ShellUpcall.run($0) }
    }
    let inline = GroupSources.inline(configuration)
    guard !inline.isEmpty else {
      return GroupResolver(files: files, defaultSource: self.source)
    }
    let standard = self.source ?? files.last { $0.defaultSource != nil }?.defaultSource
    return GroupResolver(inline + files.flatMap(\.sources), defaultSource: standard)
  }

  private func text(of path: String) throws -> String {
    do {
      return try HostTextReader.system.file(path)
    } catch {
      throw HostSetError(.unreadable, "cannot read the groups file '\(path)'", cause: error)
    }
  }

  /// The user's own groups file: XDG Base Directory Specification 0.8, `$XDG_CONFIG_HOME`.
  private static var userFile: String? {
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { "\($0)/.config" }
    return folder.map { "\($0)/convoke/groups.yaml" }
  }
}
