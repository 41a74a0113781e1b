import ConvokeFleet
import ConvokeProcess

/// Shows each distinct output once, under the folded names of the hosts that wrote it.
///
/// Hosts are together only if both streams and the outcome are equal.
struct FoldRenderer: RunRenderer {
  let console: Console
  let outputStyle: Style
  let errorStyle: Style
  private var groups = OutputGroups()
  private var hasWritten = false

  /// Makes a renderer.
  init(console: Console, outputStyle: Style, errorStyle: Style) {
    self.console = console
    self.outputStyle = outputStyle
    self.errorStyle = errorStyle
  }

  /// Gathers results, and shows them at the end.
  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result): self.groups.add(result)
    case .finished:
      for group in self.groups.sorted { await self.show(group) }
      self.groups = OutputGroups()
    default: break
    }
  }

  private mutating func show(_ group: OutputGroups.Group) async {
    let content = group.content
    let how = content.outcome.isSuccess ? "" : " \(content.outcome.brief)"
    if content.stdout.count > 0 {
      let gap = self.hasWritten ? "\n" : ""
      let title = self.outputStyle.paint(group.title, .bold)
      await self.write(gap + title + how, content.stdout, .output)
      self.hasWritten = true
    }
    if content.stderr.count > 0 {
      let title = self.errorStyle.paint("\(group.title)", .bold)
      let stream = self.errorStyle.paint("stderr:", .red)
      await self.write("\(title)\(how) \(stream)", content.stderr, .errors)
    }
  }

  private func write(_ title: String, _ output: CapturedOutput, _ file: Console.File) async {
    var bytes = Array("\(title)\n".utf8) + output.bytes
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    await self.console.write(bytes, to: file)
  }
}

extension Outcome {
  /// The outcome without the reason of a failure.
  var brief: String {
    switch self {
    case .unreachable: "unreachable"
    case .refused: "not run"
    case .lost: "lost"
    case .notStarted: "not started"
    default: self.description
    }
  }
}
