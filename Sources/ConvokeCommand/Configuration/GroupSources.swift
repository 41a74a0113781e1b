import ConvokeHosts
import Foundation

/// The groups that the configuration file names.
enum GroupSources {
  /// The groups written in the configuration file itself, as the source `config`.
  static func inline(_ configuration: Configuration) -> [any GroupSource] {
    guard let groups = configuration.file?.groups, !groups.isEmpty else { return [] }
    return [YAMLGroupSource(name: "config", groups: groups)]
  }

  /// The paths of the groups files, of which relative ones are beside the configuration file.
  ///
  /// - Throws: ``UsageError`` with file and line if one is not there.
  static func paths(_ configuration: Configuration) throws -> [String] {
    guard let file = configuration.file else { return [] }
    let folder = URL(filePath: file.path).deletingLastPathComponent()
    return try file.groupFiles.map { entry in
      let written = NSString(string: entry.value).expandingTildeInPath
      let path = URL(filePath: written, relativeTo: folder).path
      guard FileManager.default.isReadableFile(atPath: path) else {
        throw UsageError("\(file.path):\(entry.line): cannot read the groups file '\(path)'")
      }
      return path
    }
  }
}
