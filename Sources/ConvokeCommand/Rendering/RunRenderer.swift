import ConvokeFleet
import ConvokeHosts

/// Shows a run, event by event.
///
/// The events come one at a time; while a renderer waits for its reader, the programs wait too.
protocol RunRenderer {
  /// Shows what an event tells.
  mutating func show(_ event: FleetEvent) async
}

extension FleetMember {
  /// The host as the user wrote it, for labels.
  var label: String { self.host.description }
}
