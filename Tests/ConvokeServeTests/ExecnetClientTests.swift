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

  @Test(.timeLimit(.minutes(1)))
  func `a server of execnet serves a gateway of ours`() async throws {
    try await ExecnetServer.serving { port in
      for number in 0..<2 {
        let answer = try await withGateway("socket=127.0.0.1:\(port)") { gateway in
          let channel = try gateway.execute(.python("channel.send(channel.receive() + 1)"))
          try await channel.send(number)
          return try await channel.receive(as: Int.self)
        }
        #expect(answer == number + 1)
      }
    }
  }
}
