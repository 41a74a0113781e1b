import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Writes every event as an object on a line; `docs/schema/run.schema.json` describes them.
struct JSONRenderer: RunRenderer {
  /// The version of the format; a change that breaks readers makes a new one.
  static let schema = "convoke.run/1"

  private struct Source: Hashable {
    var member: FleetMember
    var stream: OutputStream
  }

  let console: Console
  private var cutters: [Source: LineCutter] = [:]

  /// Makes a renderer.
  init(console: Console) { self.console = console }

  /// Writes the event.
  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .began(let run):
      var line = self.event("began")
      line.add("run", run.rawValue)
      await self.write(line)
    case .planned(let members):
      var line = self.event("planned")
      line.add("hosts", members.map(\.label))
      line.add("folded", HostSet(members.map(\.host)).folded)
      await self.write(line)
    case .started(let member, let attempt):
      var line = self.event("started", member)
      line.add("attempt", attempt)
      await self.write(line)
    case .output(let member, let chunk): await self.output(member, chunk)
    case .line: break
    case .progress(let member, let bytes, let total):
      var line = self.event("progress", member)
      line.add("bytes", bytes)
      line.add("total", total)
      await self.write(line)
    case .retrying(let member, let outcome, let delay):
      await self.finish(member)
      var line = self.event("retrying", member)
      line.add("outcome", JSONRenderer.describe(outcome))
      line.add("delay", seconds: delay.inSeconds)
      await self.write(line)
    case .ended(let result): await self.end(result)
    case .stopped(let reason):
      var line = self.event("stopped")
      line.add("reason", reason)
      await self.write(line)
    case .finished(let report): await self.write(self.finished(report))
    }
  }

  private mutating func output(_ member: FleetMember, _ chunk: OutputChunk) async {
    let source = Source(member: member, stream: chunk.stream)
    let start = self.outputStart(source)
    var text: [UInt8] = []
    self.cutters[source, default: LineCutter()].append(chunk.bytes) { content in
      var line = start
      line.addContent(content)
      text += line.line
    }
    await self.console.write(text)
  }

  private mutating func finish(_ member: FleetMember) async {
    for stream in OutputStream.allCases {
      let source = Source(member: member, stream: stream)
      var text: [UInt8] = []
      let start = self.outputStart(source)
      var cutter = self.cutters.removeValue(forKey: source)
      cutter?.finish { content in
        var line = start
        line.addContent(content)
        text += line.line
      }
      await self.console.write(text)
    }
  }

  private mutating func end(_ result: FleetResult) async {
    await self.finish(result.member)
    for job in result.jobs { await self.write(self.job(job, of: result.member)) }
    for leftover in result.leftovers {
      await self.write(self.leftover(leftover, of: result.member))
    }
    var line = self.event("ended", result.member)
    line.add("outcome", JSONRenderer.describe(result.outcome))
    line.add("ok", result.isOK)
    line.add("attempts", result.attemptCount)
    let statistics = result.result.statistics
    line.add("started", seconds: statistics.started?.seconds)
    line.add("connecting", seconds: statistics.connecting?.inSeconds)
    line.add("running", seconds: statistics.running?.inSeconds)
    var sizes = JSONLine()
    sizes.add("stdout", result.result.stdout.count)
    sizes.add("stderr", result.result.stderr.count)
    line.add("bytes", sizes)
    if let usage = statistics.usage {
      line.add("user", seconds: usage.user.inSeconds)
      line.add("system", seconds: usage.system.inSeconds)
      line.add("peakMemory", usage.peakMemory)
    }
    if let transfer = result.transfer {
      line.add("copiedBytes", transfer.bytes)
      line.add("copiedFiles", transfer.files)
    }
    await self.write(line)
  }

  private func finished(_ report: FleetReport) -> JSONLine {
    var line = self.event("finished")
    line.add("status", Int(report.status.rawValue))
    var totals = JSONLine()
    for (word, count) in report.totals.sorted(by: { $0.key < $1.key }) { totals.add(word, count) }
    line.add("totals", totals)
    line.add("stop", report.stop?.description)
    if let started = report.started, let ended = report.ended {
      line.add("elapsed", seconds: ended.seconds - started.seconds)
    }
    return line
  }

  static func describe(_ outcome: Outcome) -> JSONLine {
    var line = JSONLine()
    line.add("kind", outcome.word)
    switch outcome {
    case .exited(let code): line.add("code", Int(code))
    case .signalled(let signal): line.add("signal", signal.name)
    case .unreachable(let failure), .refused(let failure), .lost(let failure):
      line.add("failure", failure.kind.rawValue)
      line.add("message", failure.message)
      line.add("remedy", failure.remedy)
    case .notStarted(let reason): line.add("message", reason)
    case .timedOut, .cancelled: break
    }
    return line
  }

  private func outputStart(_ source: Source) -> JSONLine {
    var line = self.event("output", source.member)
    line.add("stream", source.stream.rawValue)
    return line
  }

  func event(_ name: String, _ member: FleetMember? = nil) -> JSONLine {
    var line = JSONLine()
    line.add("schema", JSONRenderer.schema)
    line.add("event", name)
    line.add("time", seconds: Timestamp.now.seconds)
    line.add("host", member?.label)
    line.add("rank", member?.rank)
    return line
  }

  private func write(_ line: JSONLine) async { await self.console.write(line.line) }
}
