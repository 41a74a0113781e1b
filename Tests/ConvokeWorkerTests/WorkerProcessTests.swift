import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Foundation
import Synchronization
import Testbed
import Testing

/// The worker as a process of this machine.
@Suite(.timeLimit(.minutes(1)))
struct WorkerProcessTests {
  private func spec(_ more: String = "") throws -> String {
    "local//swift=\(try StaticPrograms.worker())\(more)"
  }

  @Test func `it says what it is`() async throws {
    try await withGateway(try self.spec()) { gateway in
      let information = try await gateway.information()
      #expect(information.executable == (try StaticPrograms.worker()))
      #expect(information.platform == "linux")
      #expect(ProcessTable.isAlive(information.processID))
      let status = try await gateway.remoteStatus()
      #expect(status.model == "swift")
    }
  }

  @Test func `directory, niceness and environment are set`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.resolvingSymlinksInPath().path + "/new/deep"
      let spec = try self.spec("//chdir=\(path)//nice=5//env:COLOR=blue")
      try await withGateway(spec) { gateway in
        let information = try await gateway.information()
        #expect(information.directory == path)
        let stat = try String(
          contentsOfFile: "/proc/\(information.processID)/stat",
          encoding: .utf8
        )
        // The niceness is field 19 of proc(5), the 17th after the name.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        #expect(fields[17] == "5")
      }
    }
  }

  @Test func `a directory that cannot be made is named`() async throws {
    let error = await #expect(throws: GatewayError.self) {
      try await withGateway(try self.spec("//chdir=/proc/none/such")) { _ in }
    }
    #expect(error?.message.contains("/proc/none") == true)
  }

  @Test func `a gateway leads through it to workers of both kinds`() async throws {
    let specs = [
      try self.spec("//id=hub"), "popen//via=hub", try self.spec("//via=hub//id=second"),
      "popen//via=second",
    ]
    try await withGroup(specs) { group in
      for gateway in [group[1], group[3]] {
        let channel = try gateway.execute(.python("channel.send(channel.receive() * 2)"))
        try await channel.send(21)
        #expect(try await channel.receive(as: Int.self, within: .seconds(10)) == 42)
      }
      let numbers = try await [group[0], group[2]].asyncMap { try await $0.information().processID }
      #expect(Set(numbers).count == 2)
    }
  }

  @Test(arguments: ["idle", "stopped"])
  func `it ends in time and leaves nothing`(state: String) async throws {
    let group = GatewayGroup()
    let hub = try await group.open(try self.spec("//id=hub"))
    let inner = try await group.open("popen//via=hub")
    let workers = [
      try await hub.information().processID, try await inner.information().processID,
    ]
    if state == "stopped" { kill(workers[0], SIGSTOP) }
    await group.terminate(within: .seconds(2))
    #expect(try await eventually { !workers.contains(where: ProcessTable.isAlive) })
  }

  @Test func `a controller that is killed leaves no worker`() async throws {
    let path = try StaticPrograms.worker()
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "workers").path
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [file = file as String, path = path as String] in
        try await withGroup(["local//swift=\(path)//id=hub", "popen//via=hub"]) { group in
          var numbers: [String] = []
          for gateway in group.gateways {
            numbers.append("\(try await gateway.information().processID)")
          }
          let text = numbers.joined(separator: " ")
          try text.write(toFile: file, atomically: true, encoding: .utf8)
          kill(getpid(), SIGKILL)
        }
      }
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let left = text.split(separator: " ").compactMap { Int32($0) }
      #expect(left.count == 2)
      #expect(
        try await eventually(within: .seconds(20)) { !left.contains(where: ProcessTable.isAlive) }
      )
    }
  }

  @Test func `a controller that falls silent is taken for gone`() async throws {
    var options = GatewayOptions()
    options.heartbeat = .seconds(1)
    let group = GatewayGroup(options: options)
    let gateway = try await group.open(try self.spec())
    let worker = try await gateway.information().processID
    // A worker ends when pings stop: those of a stopped controller do.
    let path = try StaticPrograms.worker()
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "worker").path
      let controller = Task {
        _ = await #expect(processExitsWith: .signal(SIGKILL)) {
          [file = file as String, path = path as String] in
          var options = GatewayOptions()
          options.heartbeat = .seconds(1)
          try await withGateway("local//swift=\(path)", options: options) { gateway in
            let numbers = "\(getpid()) \(try await gateway.information().processID)"
            try numbers.write(toFile: file, atomically: true, encoding: .utf8)
            try await gateway.execute(.service("information")).waitClosed()
            try await Task.sleep(for: .seconds(1000))
          }
        }
      }
      #expect(
        try await eventually(within: .seconds(20)) { FileManager.default.fileExists(atPath: file) }
      )
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let numbers = text.split(separator: " ").compactMap { Int32($0) }
      try #require(numbers.count == 2)
      kill(numbers[0], SIGSTOP)
      #expect(
        try await eventually(within: .seconds(20)) { !ProcessTable.isAlive(numbers[1]) }
      )
      kill(numbers[0], SIGKILL)
      await controller.value
    }
    #expect(ProcessTable.isAlive(worker), "the one whose controller is not silent")
    await group.terminate(within: .seconds(2))
  }

  @Test func `a first line that is none is answered, and the worker ends`() async throws {
    let command = Command(try StaticPrograms.worker(), "--convoke-worker").with {
      $0.input = .bytes(Array("GET / HTTP/1.1\n".utf8))
    }
    let result = await command.run()
    #expect(result.outcome == .exited(1))
    #expect(result.stdout.text == "0the first line that came is not that of a controller\n")
  }
}

extension Array {
  fileprivate func asyncMap<Result>(
    _ transform: (Element) async throws -> Result
  ) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
