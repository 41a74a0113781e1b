package import ConvokeProcess
import ConvokeWire

/// How a process ended, as its host tells it.
package struct ProcessAccount: Sendable {
  /// Its exit code or signal.
  package var end: ProcessEnd
  /// What it used.
  package var usage: ResourceUsage?
  /// Whether it was ended because its deadline passed.
  package var hasTimedOut = false
  /// Whether it took `SIGKILL`.
  package var wasForced = false
  /// How many bytes of its input it has not read.
  package var unread = 0
  /// The outputs that others still held open.
  package var openStreams: Set<OutputStream> = []

  /// Makes an account.
  package init(_ end: ProcessEnd, usage: ResourceUsage?) {
    self.end = end
    self.usage = usage
  }

  var value: WireValue {
    var pairs: [WireValue.Pair] = [
      .init("forced", .bool(self.wasForced)),
      .init("unread", .int(self.unread)),
      .init("open", .list(self.openStreams.map { .int($0.wireNumber) })),
    ]
    switch self.end {
    case .exited(let code): pairs.append(.init("code", .int(Int(code))))
    case .signalled(let signal): pairs.append(.init("signal", signal.wireValue))
    case .outcome: break
    }
    if self.hasTimedOut { pairs.append(.init("reason", "deadline")) }
    if let usage = self.usage {
      pairs.append(.init("user", .float(usage.user / .seconds(1))))
      pairs.append(.init("system", .float(usage.system / .seconds(1))))
      pairs.append(.init("memory", .int(usage.peakMemory)))
    }
    return .dictionary(pairs)
  }

  init?(_ value: WireValue) {
    if let code = value["code"]?.int {
      self.end = .exited(Int32(truncatingIfNeeded: code))
    } else if let signal = value["signal"].flatMap(Signal.init) {
      self.end = .signalled(signal)
    } else {
      return nil
    }
    if let user = value["user"].flatMap(Duration.init),
      let system = value["system"].flatMap(Duration.init), let memory = value["memory"]?.int
    {
      self.usage = ResourceUsage(user: user, system: system, peakMemory: memory)
    }
    self.hasTimedOut = value["reason"]?.string == "deadline"
    if case .bool(let isForced) = value["forced"] { self.wasForced = isForced }
    self.unread = value["unread"]?.int ?? 0
    let open = value["open"]?.elements ?? []
    self.openStreams = Set(open.compactMap { $0.int.flatMap(OutputStream.init(wireNumber:)) })
  }
}
