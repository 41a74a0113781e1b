import ArgumentParser
import ConvokeGroupFiles
import ConvokeHosts

/// Which hosts to work on.
struct TargetOptions: ParsableArguments {
  @Option(
    name: [.customShort("w"), .long],
    help: ArgumentHelp(
      "The hosts: node[1-64,70], user@node1:2222, @group, local*4, ^FILE; repeatable.",
      valueName: "set"
    )
  )
  var hosts: [String] = []

  @Option(
    name: [.customShort("x"), .long],
    help: ArgumentHelp("Hosts to leave out, written alike; repeatable.", valueName: "set")
  )
  var exclude: [String] = []

  @OptionGroup var groups: GroupOptions

  /// The hosts that are meant.
  ///
  /// - Throws: ``UsageError`` that names the option and shows where the expression is wrong.
  func resolve(_ configuration: Configuration) async throws -> HostSet {
    let written = self.hosts.isEmpty ? configuration[.hosts].map { [$0] } ?? [] : self.hosts
    guard !written.isEmpty else {
      throw UsageError("no hosts are given; name them with -w, for instance -w 'node[1-4]'")
    }
    let excluded = self.exclude.isEmpty ? configuration[.exclude].map { [$0] } ?? [] : self.exclude
    let lookup = self.groups.lookup
    return try await ShellUpcall.onOwnThread {
      let groups = try lookup.resolver(configuration)
      var set = HostSet()
      for text in written { set = set.union(try Self.read(text, "--hosts", groups)) }
      for text in excluded { set = set.subtracting(try Self.read(text, "--exclude", groups)) }
      if set.isEmpty { throw UsageError("--exclude leaves no host over") }
      return set
    }
  }

  private static func read(
    _ text: String,
    _ option: String,
    _ groups: GroupResolver
  ) throws -> HostSet {
    do {
      return try HostSet(text, groups: groups, reader: .system)
    } catch {
      guard let position = error.position, let text = error.text, !text.contains("\n") else {
        throw UsageError("\(option) '\(text)': \(error)")
      }
      let column = String(decoding: text.utf8.prefix(position), as: UTF8.self).count
      let caret = String(repeating: " ", count: column) + "^"
      throw UsageError("\(option): \(error)\n  \(text)\n  \(caret)")
    }
  }
}
