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
        arguments: [ServeProgram.python, script, test, "\(server.port)", server.folder.path]
      ).with { $0.deadline = .seconds(100) }.run()
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      #expect(result.stdout.text.hasSuffix("done\n"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a server of execnet serves a gateway of ours`() async throws {
    let program = """
      import runpy, socket, sys
      port = socket.socket()
      port.bind(("127.0.0.1", 0))
      number = port.getsockname()[1]
      port.close()
      print("port", number, flush=True)
      import execnet.script.socketserver as server
      path = server.__file__
      sys.argv = [path, "127.0.0.1:%d" % number]
      runpy.run_path(path, run_name="__main__")
      """
    try await Command(ServeProgram.python, "-u", "-c", program).start { process in
      _ = try await process.expect("port ", within: .seconds(30))
      let port = try await process.expect("\n", within: .seconds(30)).before
      _ = try await process.expect("Entering Accept loop", within: .seconds(30))
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
