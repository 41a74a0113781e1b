import ConvokeHosts
import Foundation

/// The groups that the configuration names.
enum GroupSources {
  /// The name of the source of the groups written in the configuration file itself.
  static let inline = "config"

  /// Makes the resolver of `@group`; `nil` if no groups are configured.
  ///
  /// - Throws: ``UsageError`` if a file of groups cannot be read.
  static func resolver(_ configuration: Configuration) throws -> GroupResolver? {
    guard let file = configuration.file else { return nil }
    var sources: [any GroupSource] = []
    var standard: String?
    if !file.groups.isEmpty {
      sources.append(YAMLGroupSource(name: GroupSources.inline, groups: file.groups))
      standard = GroupSources.inline
    }
    for entry in file.groupFiles {
      let groups = try GroupSources.read(entry, of: file)
      sources += groups.sources
      standard = standard ?? groups.defaultSource
    }
    return sources.isEmpty ? nil : GroupResolver(sources, defaultSource: standard)
  }

  private static func read(
    _ entry: ConfigurationFile.Entry,
    of file: ConfigurationFile
  ) throws -> GroupFile {
    let folder = URL(filePath: file.path).deletingLastPathComponent()
    let written = NSString(string: entry.value).expandingTildeInPath
    let path = URL(filePath: written, relativeTo: folder).path
    do {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      return try GroupFile(text, name: path) { try GroupSources.output(of: $0) }
    } catch let error as HostSetError {
      throw UsageError("\(error)")
    } catch {
      let reason = error.localizedDescription
      throw UsageError("\(file.path):\(entry.line): cannot read the groups file \(path): \(reason)")
    }
  }

  // What a command of a group source prints.
  private static func output(of line: String) throws -> String {
    let shell = Process()
    let pipe = Pipe()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", line]
    shell.standardInput = FileHandle.nullDevice
    shell.standardOutput = pipe
    try shell.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    shell.waitUntilExit()
    guard shell.terminationStatus == 0 else {
      throw UsageError("'\(line)' ended with status \(shell.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
