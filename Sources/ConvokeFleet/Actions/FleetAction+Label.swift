import ConvokeHosts
import ConvokeProcess

extension FleetAction {
  /// The name given, or one made of what is done.
  ///
  /// - Parameter count: How many hosts it is done on.
  /// - Returns: The name.
  func label(_ count: Int) -> String {
    if let name = self.name { return name }
    switch self.kind {
    case .run(.template(let command)): return command.label
    case .run(.each): return "Run on \(count) hosts"
    case .put: return "Put to \(count) hosts"
    case .get: return "Get from \(count) hosts"
    case .job(let action): return action.label
    case .sequence(let parts, _): return "Sequence of \(parts.count) actions"
    case .parallel(let parts): return "\(parts.count) actions in parallel"
    }
  }

  /// What results show as the command where the user gave none: `put SOURCE... DESTINATION`.
  var shownCommand: Command {
    switch self.kind {
    case .run(.template(let command)): command
    case .put(let copy): Command(arguments: ["put"] + copy.sources + [copy.destination])
    case .get(let copy): Command(arguments: ["get"] + copy.sources + [copy.destination])
    case .job(let action): action.shownCommand
    case .run(.each), .sequence, .parallel:
      Command(arguments: [self.name ?? "(made for each host)"])
    }
  }

  /// The parts of a composed action.
  var parts: [FleetAction] {
    switch self.kind {
    case .sequence(let parts, _), .parallel(let parts): parts
    case .run, .put, .get, .job: []
    }
  }

  /// Whether the action is made of parts.
  var isComposed: Bool {
    switch self.kind {
    case .sequence, .parallel: true
    case .run, .put, .get, .job: false
    }
  }
}
