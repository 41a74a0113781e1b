import ConvokeFleet
import ConvokeProcess

/// Shows whole lines in the order of their arrival, with the host in front.
struct LiveRenderer: RunRenderer {
  private struct Source: Hashable {
    var member: FleetMember
    var stream: OutputStream
  }

  let console: Console
  let isLabelled: Bool
  let outputStyle: Style
  let errorStyle: Style
  private var cutters: [Source: LineCutter] = [:]

  /// Makes a renderer.
  init(console: Console, isLabelled: Bool, outputStyle: Style, errorStyle: Style) {
    self.console = console
    self.isLabelled = isLabelled
    self.outputStyle = outputStyle
    self.errorStyle = errorStyle
  }

  /// Shows the lines that an event completes.
  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .output(let member, let chunk):
      let label = self.label(member, chunk.stream)
      var text: [UInt8] = []
      self.cutters[Source(member: member, stream: chunk.stream), default: LineCutter()]
        .append(chunk.bytes) { LiveRenderer.add($0, label, to: &text) }
      await self.write(text, chunk.stream)
    case .retrying(let member, _, _): await self.finish(member)
    case .ended(let result): await self.finish(result.member)
    default: break
    }
  }

  // A last line without an end gets one, so that what follows starts on a line of its own.
  private mutating func finish(_ member: FleetMember) async {
    for stream in OutputStream.allCases {
      guard var cutter = self.cutters.removeValue(forKey: Source(member: member, stream: stream))
      else { continue }
      let label = self.label(member, stream)
      var text: [UInt8] = []
      cutter.finish { LiveRenderer.add($0, label, to: &text) }
      await self.write(text, stream)
    }
  }

  private static func add(_ line: ArraySlice<UInt8>, _ label: [UInt8], to text: inout [UInt8]) {
    text += label
    text += line
    if line.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
  }

  private func label(_ member: FleetMember, _ stream: OutputStream) -> [UInt8] {
    guard self.isLabelled else { return [] }
    let label = "\(member.label):"
    let isError = stream == .stderr
    let painted =
      isError ? self.errorStyle.paint(label, .red) : self.outputStyle.paint(label, .blue)
    return Array("\(painted) ".utf8)
  }

  private func write(_ text: [UInt8], _ stream: OutputStream) async {
    if text.isEmpty { return }
    await self.console.write(text, to: stream == .stdout ? .output : .errors)
  }
}
