import ConvokeProcess
import Foundation
import Synchronization

import struct ConvokeHosts.Host

extension FleetJournal {
  /// Writes down what is about to be done, and forgets what an earlier run left there.
  func begin(_ action: FleetAction, on hosts: [Host], run identifier: RunID) {
    var run = FleetJournalRun(
      name: action.label(hosts.count),
      run: identifier,
      started: Timestamp.now.seconds,
      members: []
    )
    self.plan(action, on: hosts, step: [], in: &run)
    for member in run.members {
      // Nothing is there in most cases.
      try? FileManager.default.removeItem(atPath: "\(self.path)/\(member.folder)/meta.json")
    }
    self.state.withLock { $0.run = run }
    self.write(run, to: "run.json")
  }

  /// Has the output of a command written to the folder of its member.
  func record(_ command: inout Command, of member: FleetMember) {
    guard let folder = self.makeFolder(of: member) else { return }
    if command.stdout.file == nil { command.stdout.file = .init(path: folder + "/stdout") }
    if command.stderr.file == nil { command.stderr.file = .init(path: folder + "/stderr") }
  }

  /// Writes down the outcome of a member.
  func note(_ result: FleetResult) {
    guard self.makeFolder(of: result.member) != nil, let name = self.folder(of: result.member)
    else { return }
    self.write(result.record(includesOutput: false), to: name + "/meta.json")
    if let failure = result.result.statistics.outputFailures.first { self.fail(failure) }
  }

  /// Writes down how the run went.
  func finish(_ report: FleetReport) {
    guard var run = self.state.withLock({ $0.run }) else { return }
    run.ended = Timestamp.now.seconds
    run.status = report.status
    run.totals = report.totals
    self.write(run, to: "run.json")
  }

  private func plan(
    _ action: FleetAction,
    on hosts: [Host],
    step: [Int],
    in run: inout FleetJournalRun
  ) {
    let hosts = action.hosts ?? hosts
    for (index, part) in action.parts.enumerated() {
      self.plan(part, on: hosts, step: step + [index], in: &run)
    }
    guard !action.isComposed else { return }
    let names = FolderNames(hosts)
    self.state.withLock { $0.names[step] = names }
    for (rank, host) in hosts.enumerated() {
      let member = FleetMember(host, rank: rank, step: step)
      run.members.append(.init(member, folder: Self.prefix(step) + names.folder(of: member)))
    }
  }

  private static func prefix(_ step: [Int]) -> String {
    let place = step.map(String.init).joined(separator: ".")
    return step.isEmpty ? "hosts/" : "steps/\(place)/hosts/"
  }

  private func folder(of member: FleetMember) -> String? {
    let names = self.state.withLock { $0.names[member.step] }
    return names.map { Self.prefix(member.step) + $0.folder(of: member) }
  }

  private func makeFolder(of member: FleetMember) -> String? {
    guard let folder = self.folder(of: member) else { return nil }
    let path = "\(self.path)/\(folder)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      return path
    } catch {
      self.fail("cannot make the folder \(path): \(error.localizedDescription)")
      return nil
    }
  }

  private func write(_ value: some Encodable, to name: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let data = try encoder.encode(value) + Data("\n".utf8)
      try data.write(to: URL(filePath: "\(self.path)/\(name)"), options: .atomic)
    } catch {
      self.fail("cannot write \(self.path)/\(name): \(error.localizedDescription)")
    }
  }

  private func fail(_ sentence: String) {
    self.state.withLock { state in
      if state.failure == nil { state.failure = sentence }
    }
  }
}

extension FleetJournalRun.Member {
  init(_ member: FleetMember, folder: String) {
    self.init(
      host: member.host.name,
      user: member.host.user,
      port: member.host.port,
      isLocal: member.host.transport == .local,
      options: member.host.options,
      rank: member.rank,
      step: member.step,
      folder: folder
    )
  }
}
