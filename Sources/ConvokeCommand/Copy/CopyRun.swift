import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Carries out a copy and shows what was copied.
struct CopyRun {
  let call: FleetCall
  let preposition: String

  /// Copies, or tells what would be copied.
  func perform(_ action: FleetAction, _ description: String) async throws {
    if self.call.record.dryRun {
      let hosts = "\(HostSet(self.call.hosts).folded) (\(self.call.hosts.count))"
      return await Console.shared.print("copy \(self.preposition) \(hosts): \(description)")
    }
    let renderer: any RunRenderer & Sendable =
      self.call.mode == .json
      ? JSONRenderer(console: .shared)
      : CopyRenderer(
        console: .shared,
        isQuiet: self.call.isQuiet,
        isFolded: self.call.mode == .fold,
        preposition: self.preposition
      )
    throw ExitCode(try await self.call.perform(action, renderer: renderer))
  }
}

/// Shows a line for each host, or one for all hosts together.
private struct CopyRenderer: RunRenderer {
  let console: Console
  let isQuiet: Bool
  let isFolded: Bool
  let preposition: String
  private var bytes = 0
  private var files = 0
  private var hosts: [Host] = []

  init(console: Console, isQuiet: Bool, isFolded: Bool, preposition: String) {
    self.console = console
    self.isQuiet = isQuiet
    self.isFolded = isFolded
    self.preposition = preposition
  }

  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result):
      guard result.isOK, let transfer = result.transfer, !self.isQuiet else { return }
      self.hosts.append(result.host)
      self.bytes += transfer.bytes
      self.files += transfer.files
      if self.isFolded { return }
      let time = result.result.statistics.running.map { " in \(DurationText.describe($0))" } ?? ""
      await self.console.print(
        "\(result.member.label): \(CopyRenderer.describe(transfer.files, transfer.bytes))\(time)"
      )
    case .finished where self.isFolded && !self.hosts.isEmpty:
      let title = "\(HostSet(self.hosts).folded) (\(self.hosts.count))"
      await self.console.print("\(title): \(CopyRenderer.describe(self.files, self.bytes))")
    default: break
    }
  }

  private static func describe(_ files: Int, _ bytes: Int) -> String {
    "\(files) \(files == 1 ? "file" : "files"), \(bytes) bytes"
  }
}
