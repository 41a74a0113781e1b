import ConvokeProcess
import Foundation
import Glibc
import Testbed
import Testing

/// One run: what is killed in it, and when.
struct ChaosRun: Sendable, CustomStringConvertible {
  enum Victim: String, CaseIterable { case nobody, controller, ssh, worker, target }

  private let number: Int
  private let victim: Victim
  private let worker: String
  private let delay: Duration
  private let hosts: [Int]
  private let mark: String

  init(_ number: Int, _ random: inout SeededGenerator) {
    self.number = number
    self.victim = Victim.allCases.randomElement(using: &random) ?? .nobody
    self.worker = ["swift", "swift", "python", "none"].randomElement(using: &random) ?? "none"
    self.delay = .milliseconds(Int.random(in: 0...400, using: &random))
    let first = Int.random(in: 0..<8, using: &random)
    self.hosts = [first, (first + Int.random(in: 1..<8, using: &random)) % 8]
    self.mark = "chaos-\(number)-\(UInt64.random(in: 0 ... .max, using: &random))"
  }

  var description: String { "run \(self.number): \(self.victim) of \(self.worker)" }

  func perform(on fleet: SSHFleet, worker: String) async throws {
    let names = self.hosts.map { fleet.hostNames[$0] }
    let command = Command(
      arguments: [
        Tool.convoke, "run", "--json", "--worker", self.worker, "--ssh-config", fleet.configFile,
        "-w", names.joined(separator: ","), "-t", "60s", self.line,
      ]
    ).with {
      $0.environment = ["CONVOKE_CONFIG": "", "CONVOKE_WORKER": worker, "CHAOS_LOCAL": self.mark]
      $0.deadline = .seconds(90)
      $0.accepting = .all
    }
    let result = try await command.start { process in
      if self.victim != .nobody { try await self.kill(process) }
      return try await process.wait()
    }
    if self.victim != .controller {
      let ends = result.stdout.lines.count { $0.contains("\"event\":\"ended\"") }
      #expect(ends == 2, "\(self): \(result.outcome) \(result.stderr.text)")
    }
    if self.victim == .nobody { #expect(result.outcome == .exited(0), "\(self)") }
    let isClean = try await eventually(within: .seconds(40)) {
      try ProcessTable.processesLeft(matching: self.mark).isEmpty
    }
    let left = isClean ? "" : try self.words()
    #expect(isClean, "\(self): \(left)")
  }

  // With a grandchild, which has a session of its own where a worker can find it.
  private var line: String {
    if self.victim == .nobody { return "CHAOS=\(self.mark); export CHAOS; sleep 0.1" }
    let grandchild = self.worker == "none" ? "sleep 300" : "setsid sleep 300"
    return "CHAOS=\(self.mark); export CHAOS; \(grandchild) & exec sleep 300"
  }

  private func words() throws -> String {
    try ProcessTable.processesLeft(matching: self.mark).map { pid in
      let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
      return "\(pid) " + String(decoding: data, as: UTF8.self).replacing("\0", with: " ")
    }.joined(separator: "; ")
  }

  // MARK: - Killing

  private func kill(_ controller: RunningProcess) async throws {
    // On each host a command and what it has started: who survives its command is not ended any more.
    let count = self.victim == .target ? 4 : 2
    let isThere = try await eventually(within: .seconds(40)) { try self.targets().count >= count }
    #expect(isThere, "\(self) did not begin")
    try await Task.sleep(for: self.delay)
    switch self.victim {
    case .nobody: break
    case .controller: Glibc.kill(controller.id ?? 0, SIGKILL)
    case .ssh:
      for pid in try self.local(named: "ssh") { Glibc.kill(pid, SIGKILL) }
    case .worker:
      // Those next to the commands, each once: what is behind it has to do the rest.
      let workers = try self.targets().compactMap {
        ProcessTable.ancestors(of: $0).first(where: Self.isWorker)
      }
      for pid in Set(workers) { Glibc.kill(pid, SIGKILL) }
    case .target: for pid in try self.targets() { Glibc.kill(pid, SIGKILL) }
    }
    // Without a worker there was nothing to kill: the user ends it.
    if self.victim == .worker, self.worker == "none" { controller.send(.terminate) }
  }

  /// The commands on the hosts, and what they started.
  private func targets() throws -> [Int32] {
    try ProcessTable.processesLeft(matching: "CHAOS=\(self.mark)").filter {
      ProcessTable.commandLine(of: $0) == ["sleep", "300"]
    }
  }

  private func local(named name: String) throws -> [Int32] {
    try ProcessTable.processesLeft(matching: "CHAOS_LOCAL=\(self.mark)").filter {
      ProcessTable.commandLine(of: $0).first == name
    }
  }

  private static func isWorker(_ pid: Int32) -> Bool {
    let words = ProcessTable.commandLine(of: pid)
    let name = words.first?.split(separator: "/").last ?? ""
    return name == "convoke-worker" || name.hasPrefix("python")
  }
}
