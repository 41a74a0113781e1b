import ArgumentParser
import ConvokeFleet
import ConvokeHosts

/// `convoke report`: how a recorded run went.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Shows how a run recorded with --save went, also one that was killed.",
    discussion: """
      The exit status is that of the run; 3 if it has no end.

      EXAMPLES
        convoke run -w 'node[1-64]' --save out make check
        convoke report out
        convoke run --rerun failed --from out make check
      """
  )

  @Argument(help: "The folder of the recorded run.", completion: .directory)
  var folder: String

  /// Shows the run.
  func run() async throws {
    let contents: FleetJournal.Contents
    do {
      contents = try FleetJournal.contents(of: self.folder)
    } catch {
      throw UsageError("\(error)")
    }
    let console = Console.shared
    let run = contents.run
    let elapsed = run.ended.map { ", \(DurationText.describe(.seconds($0 - run.started)))" }
    await console.print("\(run.name)\(elapsed ?? ", not ended")")
    await self.show("succeeded", contents.succeededHosts)
    var order: [String] = []
    var hosts: [String: [Host]] = [:]
    for member in run.members {
      let record = contents.results[member.folder]
      if record?.ok == true { continue }
      let word = record.map(self.words) ?? "no outcome"
      if hosts[word] == nil { order.append(word) }
      hosts[word, default: []].append(member.value)
    }
    for word in order { await self.show(word, hosts[word] ?? []) }
    throw ExitCode(run.status?.rawValue ?? ExitStatus.unreachable)
  }

  private func words(_ record: FleetResult.Record) -> String {
    record.exitCode.map { "exited with code \($0)" } ?? record.outcome
  }

  private func show(_ word: String, _ hosts: [Host]) async {
    if hosts.isEmpty { return }
    await Console.shared.print("  \(word): \(HostSet(hosts).folded) (\(hosts.count))")
  }
}
