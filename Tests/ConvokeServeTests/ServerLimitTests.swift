import ConvokeGateway
import ConvokeProcess
import Foundation
import Testbed
import Testing

/// Whom the server sends away, and how it ends.
@Suite(.timeLimit(.minutes(2))) struct ServerLimitTests {
  private static func open<Answer>(
    _ server: ServeProgram.Running,
    _ body: (Gateway) async throws -> Answer
  ) async throws -> Answer {
    var options = GatewayOptions()
    options.heartbeat = nil
    return try await withGateway("socket=127.0.0.1:\(server.port)", options: options, body)
  }

  private static func send(_ shell: String, to server: ServeProgram.Running) async {
    _ = await Command(
      "bash",
      "-c",
      "exec 3<>/dev/tcp/127.0.0.1/\(server.port); { \(shell); } >&3; cat <&3"
    ).with {
      $0.deadline = .seconds(60)
      $0.accepting = .all
    }.run()
  }

  /// Waits until a server that was asked to end has ended, and that nothing of it is left.
  private static func expectNothingLeft(
    of running: ServeProgram.Running,
    workers: [Int32]
  ) async throws {
    let result = try await running.process.wait(within: .seconds(30))
    #expect(result.outcome == .exited(0))
    for worker in workers {
      #expect(try await eventually(within: .seconds(10)) { kill(worker, 0) != 0 })
    }
  }

  @Test(arguments: ["0.0.0.0:0", "[::]:0", ":0", "*:0"])
  func `an address that others can reach needs protection`(_ address: String) async throws {
    let result = await ServeProgram.command(["--listen", address]).run()
    #expect(result.outcome == .exited(2))
    #expect(
      result.stderr.text
        == "convoke: \(address) can be reached from other machines, and whoever reaches it can run "
        + "programs here: set --tls-cert, --tls-key and --tls-ca, or --token-file, or say "
        + "--insecure\n"
    )
  }

  @Test func `insecurity can be asked for`() async throws {
    try await ServeProgram.serving(["--insecure"], address: "0.0.0.0") { server in
      let id = try await Self.open(server) { try await $0.information().processID }
      #expect(id > 0)
    }
  }

  @Test(arguments: [
    (["--listen", "nonsense"], 2, "'nonsense' is no address to listen on; write HOST:PORT"),
    (["--listen", "::1:8888"], 2, "'::1:8888' is no address to listen on; write [ADDRESS]:PORT"),
    (["--tls-cert", "x"], 2, "--tls-cert, --tls-key and --tls-ca go together"),
    (["--token-file", "/no/such"], 2, "the token file /no/such cannot be read"),
    (["--listen", "192.0.2.1:1", "--insecure"], 1, "cannot listen on 192.0.2.1:1: "),
  ])
  func `wrong options are told`(
    _ arguments: [String],
    _ status: Int32,
    _ message: String
  ) async throws {
    let result = await ServeProgram.command(arguments).run()
    #expect(result.outcome == .exited(status))
    #expect(result.stderr.text.hasPrefix("convoke: \(message)"))
  }

  @Test func `clients that send no program are dropped`() async throws {
    try await ServeProgram.serving(["--open-timeout", "5s"]) { server in
      await Self.send("echo GET / HTTP/1.1", to: server)
      try await server.logged("refused: it sent garbage")
      await Self.send("true", to: server)
      try await server.logged("refused: it sent nothing within")
      await Self.send("printf \"'import\"", to: server)
      try await server.logged("refused: its program did not arrive in time")
      await Self.send("printf \"'1'\\n more\"", to: server)
      try await server.logged("refused: it sent more than a program")
      await Self.send("echo convoke/1 nonsense", to: server)
      try await server.logged("refused: its handshake is malformed")
      #expect(try await Self.open(server) { $0.isConnected })
    }
  }

  @Test func `a program that is too long is refused`() async throws {
    try await ServeProgram.serving { server in
      await Self.send("printf \"'\"; head -c 5000000 /dev/zero | tr '\\0' x", to: server)
      try await server.logged("refused: its program is longer than 4 MiB")
    }
  }

  @Test func `more clients than wanted are sent away, until there is room`() async throws {
    try await ServeProgram.serving(["--max-clients", "1"]) { server in
      try await Self.open(server) { _ in
        await #expect(throws: GatewayError.self) { try await Self.open(server) { _ in } }
        try await server.logged("refused: 1 clients are served already")
      }
      try await server.logged("done:")
      #expect(try await Self.open(server) { $0.isConnected })
    }
  }

  @Test func `a silent connection ends`() async throws {
    // A worker that starts is silent, too: it gets more time than it needs.
    try await ServeProgram.serving(["--idle-timeout", "15s"]) { server in
      try await Self.open(server) { gateway in
        let isGone = await gateway.join(within: .seconds(90))
        #expect(isGone)
      }
      try await server.logged("done: ended: it was idle for 15.0 seconds")
    }
  }

  @Test func `a server for one connection ends after it`() async throws {
    try await ServeProgram.serving(["--once"]) { server in
      let worker = try await Self.open(server) { try await $0.information().processID }
      try await Self.expectNothingLeft(of: server, workers: [Int32(worker)])
    }
  }

  @Test(arguments: [Signal.terminate, .interrupt])
  func `a signal ends the server and all it started`(_ signal: Signal) async throws {
    try await ServeProgram.serving { server in
      try await Self.open(server) { gateway in
        let program = """
          import os, signal, subprocess, time
          signal.signal(signal.SIGTERM, signal.SIG_IGN)
          child = subprocess.Popen(["sleep", "1000"])
          channel.send([os.getpid(), child.pid])
          time.sleep(1000)
          """
        let ids = try await gateway.execute(.python(program)).receive(as: [Int].self)
        kill(try #require(server.process.id), signal.rawValue)
        try await Self.expectNothingLeft(of: server, workers: ids.map { Int32($0) })
      }
    }
  }

  @Test func `children of a worker end with its connection`() async throws {
    try await ServeProgram.serving { server in
      let id = try await Self.open(server) { gateway in
        let program = """
          import subprocess
          channel.send(subprocess.Popen(["sleep", "1000"]).pid)
          """
        return try await gateway.execute(.python(program)).receive(as: Int.self)
      }
      #expect(try await eventually(within: .seconds(10)) { kill(Int32(id), 0) != 0 })
    }
  }
}
