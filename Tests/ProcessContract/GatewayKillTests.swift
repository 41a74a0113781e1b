import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Foundation
import Glibc
import Testbed
import Testing

/// Nothing is left of a command that is killed, whoever goes first and however.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct GatewayKillTests {
  /// Processes in the group, in a session of their own, in one without the parent that started it; none
  /// of them ends by SIGTERM.
  static func family(_ mark: String) -> Command {
    // What is ignored is so for all that come of it, before any of them says that it is up.
    let loop = "while :; do sleep 1; done"
    return Command(
      "sh",
      "-c",
      """
      trap '' TERM
      sh -c "\(loop)" & setsid sh -c "\(loop)" & (setsid sh -c "\(loop)" &) ; echo up; \(loop)
      """
    ).with {
      $0.environment = ["MARK": mark]
      $0.termination = TerminationSequence([.init(.terminate, wait: .milliseconds(300))])
    }
  }

  /// Expects as many processes with the mark, or none at all.
  private func expect(_ mark: String, atLeast count: Int) async throws {
    let left = try await ProcessTable.processes(matching: mark, atLeast: count)
    #expect(count > 0 ? left.count >= count : left.isEmpty)
  }

  private func isGone(_ mark: String) async throws -> Bool {
    try await eventually(within: .seconds(20)) {
      try ProcessTable.processesLeft(matching: mark).isEmpty
    }
  }

  @Test(arguments: Place.gateways)
  func `a cancelled command takes what has left its group with it`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    try await place.with { runner in
      let heard = AsyncStream.makeStream(of: Void.self)
      let command = Self.family(mark).with {
        $0.stdout.lineHandler = { _ in heard.continuation.yield() }
      }
      let task = Task { await runner.run(command) }
      for await _ in heard.stream { break }
      try await self.expect(mark, atLeast: 4)
      task.cancel()
      let result = await task.value
      #expect(result.outcome == .cancelled)
      #expect(result.statistics.wasForced)
      try await self.expect(mark, atLeast: 0)
    }
  }

  // Its parents end by the first signal, so nothing shows afterwards whose it was.
  @Test(arguments: Place.gateways)
  func `who has left the group without its environment is known by its parents`(
    place: Place
  ) async throws {
    let mark = ProcessContractTests.mark()
    let command = Command(
      "sh",
      "-c",
      "(setsid env -i sh -c 'echo up; while :; do sleep 1; done' \(mark); :) & wait"
    )
    try await place.with { runner in
      let heard = AsyncStream.makeStream(of: Void.self)
      let heardCommand = command.with {
        $0.stdout.lineHandler = { _ in heard.continuation.yield() }
      }
      let task = Task { await runner.run(heardCommand) }
      for await _ in heard.stream { break }
      task.cancel()
      #expect(await task.value.outcome == .cancelled)
      try await self.expect(mark, atLeast: 0)
    }
  }

  @Test(arguments: Place.gateways.filter { $0.way != .inProcess })
  func `the end of a gateway ends all, and waits for that`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    try await place.with { runner in
      let process = runner.launch(Self.family(mark))
      _ = try await process.expect("up", within: .seconds(40))
      try await self.expect(mark, atLeast: 4)
    }
    try await self.expect(mark, atLeast: 0)
  }

  @Test(arguments: Place.workers)
  func `a worker that is killed takes all with it`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    guard case .gateway(let spec, let usesExecnet) = place.way else { return }
    var options = GatewayOptions()
    options.usesExecnetWorkers = usesExecnet
    let text = try spec.replacing("WORKER", with: StaticPrograms.worker())
    try await withGateway(text, options: options) { gateway in
      let process = gateway.launch(Self.family(mark))
      _ = try await process.expect("up", within: .seconds(40))
      kill(try await gateway.information().processID, SIGKILL)
      #expect(try await process.wait(within: .seconds(30)).outcome.word == "lost")
      #expect(try await self.isGone(mark))
      #expect(await gateway.run(Command("true")).outcome.word == "unreachable")
    }
  }

  @Test(arguments: Place.workers)
  func `a controller that is killed takes all with it`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    guard case .gateway(let spec, let usesExecnet) = place.way else { return }
    let text = try spec.replacing("WORKER", with: StaticPrograms.worker())
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [mark = mark as String, text = text as String, usesExecnet = usesExecnet as Bool] in
      var options = GatewayOptions()
      options.usesExecnetWorkers = usesExecnet
      try await withGateway(text, options: options) { gateway in
        let process = gateway.launch(Self.family(mark))
        _ = try await process.expect("up", within: .seconds(40))
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try await self.isGone(mark))
  }

  @Test(arguments: Place.workers)
  func `a controller that is stopped is taken for gone`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    guard case .gateway(let spec, let usesExecnet) = place.way else { return }
    let text = try spec.replacing("WORKER", with: StaticPrograms.worker())
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "controller").path
      let controller = Task {
        _ = await #expect(processExitsWith: .signal(SIGKILL)) {
          [
            mark = mark as String, text = text as String, usesExecnet = usesExecnet as Bool,
            file = file as String,
          ] in
          var options = GatewayOptions()
          options.usesExecnetWorkers = usesExecnet
          options.heartbeat = .seconds(1)
          try await withGateway(text, options: options) { gateway in
            let process = gateway.launch(Self.family(mark))
            _ = try await process.expect("up", within: .seconds(40))
            try "\(getpid())".write(toFile: file, atomically: true, encoding: .utf8)
            _ = try await process.wait()
          }
        }
      }
      #expect(
        try await eventually(within: .seconds(40)) { FileManager.default.fileExists(atPath: file) }
      )
      let id = try #require(Int32(try String(contentsOfFile: file, encoding: .utf8)))
      kill(id, SIGSTOP)
      #expect(try await self.isGone(mark))
      kill(id, SIGKILL)
      await controller.value
    }
  }

  @Test(arguments: ["python", "swift"])
  func `a command over ssh has the mask and the environment of a login`(
    worker: String
  ) async throws {
    let fleet = try SSHFleet.shared()
    let host = fleet.hostNames[6]
    let line = "umask; env | grep -v -e ^CONVOKE_TASK= -e ^SSH_ -e ^SHLVL= -e ^_= | sort; ulimit -a"
    let plain = try await fleet.ssh(host, line)
    let program = worker == "swift" ? "//swift=\(try StaticPrograms.worker())" : ""
    let spec = "ssh=\(host)//ssh_config=\(fleet.configFile)\(program)"
    // Twice: when the worker is sent, and when it is there.
    for _ in 0..<2 {
      let result = try await withGateway(spec) { await $0.run(.shell(line)) }
      #expect(result.stdout.text == plain.output)
    }
  }

  @Test(arguments: ["python", "swift"])
  func `an ssh that is killed takes all with it`(worker: String) async throws {
    let mark = ProcessContractTests.mark()
    let fleet = try SSHFleet.shared()
    try await TemporaryFolder.withFolder { folder in
      // A name that no other ssh has in its command line.
      let config = folder.appending(component: "config").path
      try FileManager.default.copyItem(atPath: fleet.configFile, toPath: config)
      let program = worker == "swift" ? "//swift=\(try StaticPrograms.worker())" : ""
      let spec = "ssh=\(fleet.hostNames[5])//ssh_config=\(config)\(program)"
      try await withGateway(spec) { gateway in
        let process = gateway.launch(Self.family(mark))
        _ = try await process.expect("up", within: .seconds(40))
        for ssh in try ProcessTable.processesLeft(matching: config) { kill(ssh, SIGKILL) }
        #expect(try await process.wait(within: .seconds(30)).outcome.word == "lost")
        #expect(try await self.isGone(mark))
      }
    }
  }

  @Test(arguments: Place.workers)
  func `a daemon that a command has left on purpose survives the gateway`(
    place: Place
  ) async throws {
    let mark = ProcessContractTests.mark()
    let command = Command("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 &").with {
      $0.environment = ["MARK": mark]
    }
    #expect(try await place.run(command).outcome == .exited(0))
    let left = try await ProcessTable.processes(matching: mark, atLeast: 1)
    #expect(left.count == 1)
    for process in left { kill(process, SIGKILL) }
  }
}
