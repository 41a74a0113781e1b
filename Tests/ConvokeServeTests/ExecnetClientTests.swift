import ConvokeGateway
import ConvokeProcess
import Foundation
import Testbed
import Testing

/// Genuine execnet, from PyPI, on the other side; `scripts/setup-tests` installs it.
@Suite struct ExecnetClientTests {
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      "remote_exec", "channels", "status", "rsync", "several", "terminate", "crash",
    ]
  )
  func `execnet drives the server`(_ test: String) async throws {
    try await ServeProgram.serving { server in
      let script = Tool.packageFolder.appending(path: "Tests/Interop/serve.py").path
      let result = await Command(
        arguments: [Tool.execnetPython, script, test, "\(server.port)", server.folder.path]
      ).with { $0.deadline = .seconds(100) }.run()
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      #expect(result.stdout.text.hasSuffix("done\n"))
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: ["thread", "gevent", "asyncio"])
  func `a server of execnet outlives gateways of ours`(_ model: String) async throws {
    try await ExecnetServer.serving { server in
      try await Self.use(server, model)
      let id = try #require(server.process.id)
      let descriptors = ProcessTable.descriptors(of: id)
      // Longer than a worker waits before it ends a process of its own.
      await #expect(throws: ProcessError.self) {
        try await server.process.wait(within: .seconds(4))
      }
      for _ in 0..<3 { try await Self.use(server, model) }
      #expect(
        try await eventually(within: .seconds(20)) {
          ProcessTable.descriptors(of: id) <= descriptors
        }
      )
      server.process.send(.interrupt)
      let end = try await server.process.wait(within: .seconds(60))
      #expect(end.stdout.text.contains("leaving socketserver execloop"))
    }
  }

  private static func use(_ server: ExecnetServer, _ model: String) async throws {
    var options = GatewayOptions()
    options.closeTimeout = .milliseconds(100)
    let spec = "socket=127.0.0.1:\(server.port)//execmodel=\(model)"
    let answer = try await withGateway(spec, options: options) { gateway in
      let program = """
        item = channel.receive()
        channel.send((await item if hasattr(item, '__await__') else item) + 1)
        """
      let plain = "channel.send(channel.receive() + 1)"
      let channel = try gateway.execute(.python(model == "asyncio" ? program : plain))
      try await channel.send(41)
      let answer = try await channel.receive(as: Int.self)
      // What still runs when the gateway ends may be interrupted, and the server with it.
      try await channel.waitClosed(within: .seconds(60))
      return answer
    }
    #expect(answer == 42)
  }
}
