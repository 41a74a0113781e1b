import ConvokeGateway
import ConvokeProcess
import ConvokeServe
import ConvokeWire
import Foundation
import Testbed
import Testing

/// Our own client against the server.
@Suite(.timeLimit(.minutes(2))) struct ConvokeClientTests {
  private static let token = "a token of thirty-one characters"

  private static var options: GatewayOptions {
    var options = GatewayOptions()
    options.enableTLS()
    return options
  }

  /// Sends a megabyte there and back, which fills all buffers on the way.
  private static func exchange(_ spec: String) async throws {
    try await withGateway(spec, options: Self.options) { gateway in
      let channel = try gateway.execute(.python("for item in channel: channel.send(item)"))
      let piece = [UInt8](repeating: 7, count: 3_000_000)
      for _ in 0..<3 {
        try await channel.send(.bytes(piece))
        let answer = try await channel.receive(within: .seconds(60))
        #expect(answer.bytes?.count == piece.count)
      }
    }
  }

  private static func refusal(_ spec: String) async -> GatewayError? {
    await #expect(throws: GatewayError.self) { try await Self.exchange(spec) }
  }

  private static func tokenFile(in folder: URL, _ text: String = Self.token) throws -> String {
    let file = folder.appending(path: "token-\(text.count)")
    try Data((text + "\n").utf8).write(to: file)
    return file.path
  }

  @Test(arguments: ["127.0.0.1", "[::1]", "localhost"])
  func `a plain socket works`(_ address: String) async throws {
    try await ServeProgram.serving(address: address) { server in
      try await Self.exchange("socket=\(address):\(server.port)")
    }
  }

  @Test func `a token opens the server, and only the right one`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let right = try Self.tokenFile(in: folder)
      let wrong = try Self.tokenFile(in: folder, "another token, of other length")
      try await ServeProgram.serving(["--token-file", right]) { server in
        let spec = "socket=127.0.0.1:\(server.port)"
        try await Self.exchange("\(spec)//token=file:\(right)")
        let bad = await Self.refusal("\(spec)//token=file:\(wrong)")
        #expect(bad?.message.contains("the server refused: its token is wrong") == true)
        try await server.logged("refused: its token is wrong")
        _ = await Self.refusal(spec)
        try await server.logged("refused: it showed no token")
        let kept = try await withGateway("\(spec)//token=file:\(right)") { gateway in
          let program = "import sys; channel.send(open('/proc/%d/cmdline' % %PARENT%).read())"
            .replacing("%PARENT%", with: "__import__('os').getppid()")
          return try await gateway.execute(.python(program)).receive(as: String.self)
        }
        #expect(!kept.contains(Self.token))
      }
    }
  }

  @Test func `output of a worker comes home after a handshake`() async throws {
    try await ServeProgram.serving { server in
      var options = GatewayOptions()
      let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
      options.outputHandler = { continuation.yield($0.bytes) }
      unsafe setenv("CONVOKE_TEST_NO_TOKEN", "none is asked for", 1)
      let spec = "socket=127.0.0.1:\(server.port)//token=env:CONVOKE_TEST_NO_TOKEN"
      try await withGateway(spec, options: options) { gateway in
        try await gateway.execute(.python("print('hello from there')")).waitClosed(
          within: .seconds(30)
        )
        var text = ""
        for await bytes in stream {
          text += String(decoding: bytes, as: UTF8.self)
          if text.contains("\n") { break }
        }
        #expect(text == "hello from there\n")
      }
    }
  }

  @Test func `TLS carries a gateway when both sides know each other`() async throws {
    try await Certificates.made { certificates in
      try await ServeProgram.serving(certificates.options()) { server in
        try await Self.exchange("socket=127.0.0.1:\(server.port)\(certificates.keys())")
        try await Self.exchange("socket=localhost:\(server.port)\(certificates.keys())")
      }
    }
  }

  @Test func `TLS refuses strangers on both sides`() async throws {
    try await Certificates.made { certificates in
      try await ServeProgram.serving(certificates.options()) { server in
        let spec = "socket=127.0.0.1:\(server.port)"
        let stranger = await Self.refusal(spec + certificates.keys("stranger"))
        #expect(stranger?.message.contains("certificate") == true)
        try await server.logged("refused: TLS failed")
        _ = await Self.refusal("\(spec)//tlsca=\(certificates.certificate("ca"))")
        try await server.logged("refused: TLS failed")
        let fooled = await Self.refusal(spec + certificates.keys(authority: "other-ca"))
        #expect(fooled?.message.contains("TLS with 127.0.0.1 failed") == true)
        _ = await Self.refusal(spec)
        try await server.logged("refused: it does not speak TLS")
        try await Self.exchange(spec + certificates.keys())
      }
      try await ServeProgram.serving(certificates.options("misnamed")) { server in
        let misled = await Self.refusal("socket=127.0.0.1:\(server.port)\(certificates.keys())")
        #expect(misled?.message.contains("TLS with 127.0.0.1 failed") == true)
      }
    }
  }

  @Test func `TLS and a token go together`() async throws {
    try await Certificates.made { certificates in
      let file = try Self.tokenFile(in: certificates.folder)
      let options = certificates.options() + ["--token-file", file]
      try await ServeProgram.serving(options) { server in
        let spec = "socket=127.0.0.1:\(server.port)\(certificates.keys())"
        try await Self.exchange("\(spec)//token=file:\(file)")
        _ = await Self.refusal(spec)
        try await server.logged("refused: it showed no token")
      }
    }
  }

  @Test func `a specification never holds the token itself`() throws {
    let error = #expect(throws: GatewayError.self) {
      try GatewaySpec("socket=host:1//token=secret-of-mine")
    }
    #expect(error?.message.contains("secret") == false)
    for bad in ["popen//tls", "socket=host:1//tlscert=a", "socket=host:1//tls=yes"] {
      let error = #expect(throws: GatewayError.self) { try GatewaySpec(bad) }
      #expect(error?.code == .badSpecification)
    }
    let spec = try GatewaySpec("socket=host:1//token=env:NAME")
    #expect(spec.security?.token == .variable("NAME"))
    #expect(spec.security?.usesTLS == false)
  }
}
