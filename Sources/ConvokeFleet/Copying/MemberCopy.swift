import ConvokeHosts
import ConvokeProcess

/// Copies the sources of an action to one host, or from it.
struct MemberCopy: Sendable {
  /// The two directions.
  enum Direction: Sendable {
    /// To the host; the sources have been described once for all hosts.
    case put([String: Result<CopyDescription, CopyProblem>])
    /// From the host.
    case get
  }

  let member: FleetMember
  var direction: Direction
  let sources: [String]
  let destination: String
  let isInside: Bool
  let here: CopyEnd
  let there: CopyEnd
  let emit: @Sendable (FleetEvent) async -> Void

  /// The same copy, with sources that are described again.
  var afresh: MemberCopy {
    var copy = self
    if case .put = self.direction { copy.direction = .put([:]) }
    return copy
  }

  /// Copies one source after the other, up to the first that fails.
  func run() async -> FleetResult {
    var transfer = FleetResult.Transfer(bytes: 0, files: 0)
    var last: ProcessResult?
    for path in self.sources {
      let (result, description) = await self.copy(path, after: transfer.bytes)
      guard result.outcome.isSuccess, let description else {
        return FleetResult(self.member, result, transfer: transfer)
      }
      transfer.bytes += description.size
      transfer.files += description.files
      last = result
      await self.emit(.progress(self.member, bytes: transfer.bytes, of: nil))
    }
    let result = last ?? .nothingToDo(on: self.member.host)
    return FleetResult(self.member, result, transfer: transfer)
  }

  private func copy(
    _ path: String,
    after bytes: Int
  ) async -> (ProcessResult, CopyDescription?) {
    let place = "\(self.member.host):"
    switch await self.description(of: path) {
    case .failure(let problem):
      let isHere = if case .put = self.direction { true } else { false }
      return (self.failed(problem, isHere ? path : place + path), nil)
    case .success(let description):
      let receive = CopyScript.receive(
        description,
        at: self.destination,
        isInside: self.isInside,
        mark: Self.mark
      )
      let answer = await self.transfer(description, bytes).run(from: path, to: receive)
      guard let problem = answer.problem else { return (self.result(of: answer), description) }
      return (self.failed(problem, place + self.remotePath(path)), nil)
    }
  }

  private func description(of path: String) async -> Result<CopyDescription, CopyProblem> {
    switch self.direction {
    case .put(let known):
      if let description = known[path] { return description }
      return await self.here.describe(path)
    case .get: return await self.there.describe(path)
    }
  }

  private func transfer(_ description: CopyDescription, _ bytes: Int) -> CopyTransfer {
    let isPut = if case .put = self.direction { true } else { false }
    return CopyTransfer(
      source: isPut ? self.here : self.there,
      sink: isPut ? self.there : self.here,
      description: description,
      progress: { count in
        await self.emit(
          .progress(self.member, bytes: bytes + count, of: bytes + description.size)
        )
      }
    )
  }

  private func remotePath(_ path: String) -> String {
    if case .put = self.direction { self.destination } else { path }
  }

  /// The result of the command that ran on the host.
  private func result(of answer: CopyTransfer.Answer) -> ProcessResult {
    if case .put = self.direction { answer.received } else { answer.sent }
  }

  private func failed(_ problem: CopyProblem, _ place: String) -> ProcessResult {
    var result = problem.result
    result.outcome = problem.outcome(place)
    return result
  }

  /// A name that no other copy has.
  private static var mark: String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<12).map { _ in letters[Int.random(in: letters.indices)] })
  }
}

extension ProcessResult {
  /// The result where there was nothing to do.
  static func nothingToDo(on host: Host) -> ProcessResult {
    ProcessResult(
      command: Command(arguments: ["true"]),
      host: host.name,
      outcome: .exited(0),
      statistics: .notStarted(at: .now)
    )
  }
}
