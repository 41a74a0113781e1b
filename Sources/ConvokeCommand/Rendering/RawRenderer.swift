import ConvokeFleet
import ConvokeProcess

/// Passes on the bytes of a single host, as ssh does.
struct RawRenderer: RunRenderer {
  let console: Console

  /// Writes the bytes of output events.
  mutating func show(_ event: FleetEvent) async {
    guard case .output(_, let chunk) = event else { return }
    await self.console.write(chunk.bytes, to: chunk.stream == .stdout ? .output : .errors)
  }
}
