import ConvokeHosts
import ConvokeProcess

extension MemberWork {
  /// Describes what `put` sends, once for all hosts.
  func described(for members: [FleetMember]) async -> MemberCopy.Direction {
    guard case .put(let copy) = self.action.kind else { return .get }
    let here = CopyEnd.here(deadline: self.engine.options.deadline)
    var known: [String: Result<CopyDescription, CopyProblem>] = [:]
    for member in members {
      for source in self.filled(copy.sources, for: member) where known[source] == nil {
        known[source] = await here.describe(source)
      }
    }
    return .put(known)
  }

  /// The copy of a member.
  func copy(
    _ copy: FleetCopy,
    for member: FleetMember,
    _ direction: MemberCopy.Direction
  ) -> MemberCopy {
    let deadline = self.engine.options.deadline
    var destination = self.substitution.text(copy.destination, for: member)
    var isInside = copy.sources.count > 1
    if case .get = direction, copy.hasHostDirectories {
      let slash = destination.isEmpty || destination.hasSuffix("/") ? "" : "/"
      destination += slash + self.names.folder(of: member)
      isInside = true
    }
    return MemberCopy(
      member: member,
      direction: direction,
      sources: self.filled(copy.sources, for: member),
      destination: destination,
      isInside: isInside,
      here: .here(deadline: deadline),
      there: CopyEnd(launcher: self.engine.launcher, host: member.host, deadline: deadline),
      emit: self.engine.emit
    )
  }

  private func filled(_ sources: [String], for member: FleetMember) -> [String] {
    sources.map { self.substitution.text($0, for: member) }
  }
}
