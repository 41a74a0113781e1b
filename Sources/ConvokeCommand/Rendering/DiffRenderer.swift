import ConvokeFleet
import ConvokeProcess
import Foundation

/// Shows how the output of other hosts differs from that of a reference group.
///
/// The reference has the lowest exit code, and of those it is the largest group.
struct DiffRenderer: RunRenderer {
  let console: Console
  let style: Style
  private var groups = OutputGroups()

  /// Makes a renderer.
  init(console: Console, style: Style) {
    self.console = console
    self.style = style
  }

  /// Gathers results, and shows the differences at the end.
  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result): self.groups.add(result)
    case .finished: await self.showAll()
    default: break
    }
  }

  private func showAll() async {
    var rest = self.groups.sorted.filter { $0.content.outcome.exitCode != nil }
    guard let lowest = rest.compactMap(\.content.outcome.exitCode).min(),
      let index = rest.firstIndex(where: { $0.content.outcome.exitCode == lowest })
    else { return }
    let reference = rest.remove(at: index)
    guard !rest.isEmpty else {
      return await self.console.print(self.style.paint("\(reference.title): no difference", .bold))
    }
    for group in rest { await self.show(group, against: reference) }
  }

  private func show(_ group: OutputGroups.Group, against reference: OutputGroups.Group) async {
    if group.content.stdout == reference.content.stdout {
      let what = group.content.outcome == reference.content.outcome ? "stderr" : "outcome"
      let line = "\(group.title): same output as \(reference.title), other \(what)"
      return await self.console.print(self.style.paint(line, .bold))
    }
    do {
      let lines = try await self.diff(reference, group)
      for line in lines { await self.console.print(self.painted(line)) }
    } catch {
      self.console.note("convoke: cannot compare the outputs: \(error)")
    }
  }

  private func diff(
    _ left: OutputGroups.Group,
    _ right: OutputGroups.Group
  ) async throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(component: "convoke-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // A folder for temporary files: what stays there is the system's to remove.
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["left", "right"].map { folder.appending(component: $0) }
    for (path, group) in zip(paths, [left, right]) {
      try Data(group.content.stdout.bytes).write(to: path)
    }
    var command = Command(
      "diff",
      "--text",
      "--unified",
      "--label",
      left.title,
      "--label",
      right.title
    )
    if case .arguments(let words) = command.form {
      command.form = .arguments(words + paths.map(\.path))
    }
    let result = await command.run()
    guard let code = result.outcome.exitCode, code < 2 else {
      throw UsageError("diff \(result.outcome) \(result.stderr.trimmedText)")
    }
    return result.stdout.lines
  }

  private func painted(_ line: String) -> String {
    switch line.first {
    case "+" where line.hasPrefix("+++"), "-" where line.hasPrefix("---"):
      self.style.paint(line, .bold)
    case "+": self.style.paint(line, .green)
    case "-": self.style.paint(line, .red)
    case "@": self.style.paint(line, .cyan)
    default: line
    }
  }
}

extension Outcome {
  /// The exit code, if the program ended by itself.
  var exitCode: Int32? {
    if case .exited(let code) = self { code } else { nil }
  }
}
