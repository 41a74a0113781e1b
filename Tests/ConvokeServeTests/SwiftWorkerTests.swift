import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Foundation
import Testbed
import Testing

/// `convoke serve --swift`: a worker in Swift for each connection.
@Suite(.timeLimit(.minutes(1)))
struct SwiftWorkerTests {
  @Test func `a client of ours runs tasks, one worker a connection`() async throws {
    let program = try StaticPrograms.fixture()
    try await ServeProgram.serving(["--swift", program]) { server in
      let spec = "socket=127.0.0.1:\(server.port)//swift"
      try await withGroup([spec, spec]) { group in
        let channel = try group[0].execute(.task("multiply", 6))
        try await channel.send(7)
        #expect(try await channel.receive(as: Int.self, within: .seconds(10)) == 42)
        let one = try await group[0].information()
        let other = try await group[1].information()
        #expect(one.executable == program)
        #expect(one.processID != other.processID)
      }
    }
  }

  @Test func `execnet gets the protocol, and a sentence for its source`() async throws {
    try await ServeProgram.serving(["--swift", try StaticPrograms.worker()]) { server in
      let source = """
        import execnet
        gateway = execnet.makegateway("socket=127.0.0.1:\(server.port)")
        print(gateway.remote_status().execmodel)
        channel = gateway.remote_exec("pass")
        try:
            channel.waitclose(10)
        except channel.RemoteError as error:
            print(error)
        execnet.default_group.terminate(2)
        """
      let result = await Command(Tool.execnetPython, "-c", source).run()
      #expect(
        result.stdout.text.hasPrefix("swift\nthis worker runs Swift"),
        "\(result.stderr.text)"
      )
    }
  }
}
