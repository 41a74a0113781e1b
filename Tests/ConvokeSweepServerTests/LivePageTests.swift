import ConvokeProcess
import ConvokeSweep
import Foundation
import Testbed
import Testing

/// The page that `convoke sweep watch --serve` shows.
@Suite(.timeLimit(.minutes(3))) struct LivePageTests {
  @Test func `the page and the news are there, and nothing else`() async throws {
    try await WatchProgram.serving { server in
      let page = try await server.curl("-i", server.address)
      #expect(page.hasPrefix("HTTP/1.1 200 OK"))
      #expect(page.contains("<b>10</b> combinations") && page.contains("</html>"))
      let head = try await server.curl("--head", server.address)
      #expect(head.contains("Cache-Control: no-store") && head.contains("nosniff"))
      let codes = ["--output", "/dev/null", "--write-out", "%{http_code}"]
      for (words, code) in [
        (["\(server.address)nope"], "404"), (["\(server.address)../etc/passwd"], "404"),
        (["-X", "POST", server.address], "405"), (["-X", "DELETE", server.address], "405"),
        (["-X", "POST", "\(server.address)events"], "405"),
        (["\(server.address)login"], "404"),
      ] {
        #expect(try await Tool.run("curl", ["-s"] + codes + words).output == code, "\(words)")
      }
    }
  }

  @Test func `a name that somebody else has made stand for this machine gets nothing`()
    async throws
  {
    try await WatchProgram.serving { server in
      for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1"] {
        for path in ["", "events"] {
          let answer = try await server.curl("-H", "Host: \(host)", "\(server.address)\(path)")
          #expect(answer.contains("is not a name of this server"), "\(host)")
        }
      }
      for host in ["localhost", "LOCALHOST:1", "127.0.0.9", "[::1]:80", "a.localhost"] {
        let answer = try await server.curl("-H", "Host: \(host)", server.address)
        #expect(answer.contains("</html>"), "\(host)")
      }
    }
  }

  @Test func `every reader hears of a change`() async throws {
    try await WatchProgram.serving { server in
      try await WatchProgram.clients(server.port, "news", 100).start { readers in
        try await readers.expect("ready\n", on: .stdout, within: .seconds(60))
        let lease = try #require(try server.store.next().first)
        try server.store.done(lease, result: 1)
        try await readers.write("\n")
        let result = try await readers.wait(within: .seconds(60))
        let counts = try result.stdout.lines.dropFirst().map { try ParameterValue(json: $0) }
        // Between the taking and the end the page may have been looked at.
        #expect(!counts.isEmpty, "\(result.stderr.text)")
        #expect(counts.allSatisfy { $0["total"] == 10 && $0["todo"] == 9 })
      }
    }
  }

  @Test func `readers who go are forgotten`() async throws {
    try await WatchProgram.serving { server in
      _ = try await server.curl(server.address)
      let before = server.sockets
      try await WatchProgram.clients(server.port, "leave", 80).start { readers in
        try await readers.expect("ready\n", on: .stdout, within: .seconds(60))
        #expect(server.sockets >= 80)
        try await readers.write("\n")
        try await readers.expect("gone\n", on: .stdout, within: .seconds(60))
        #expect(try await eventually(within: .seconds(60)) { server.sockets <= before })
      }
    }
  }

  @Test func `readers who take nothing in cost little, and do not keep the server`() async throws {
    // The page of 5,000 rows has some 600 kB.
    try await WatchProgram.serving(sweep: ["i": .range(1...5_000)]) { server in
      _ = try await server.curl(server.address)
      try await WatchProgram.clients(server.port, "stuck", 60).start { readers in
        try await readers.expect("ready\n", on: .stdout, within: .seconds(60))
        let before = server.memory
        for lease in try server.store.next(30) {
          try server.store.done(lease, result: 1)
          // Whoever reads is served meanwhile, with what is new.
          let page = try await server.curl(server.address)
          #expect(page.contains("</html>"))
        }
        // 60 readers with 50 pages each would take 1.8 GB.
        #expect(server.memory - before < 250 << 20)
        server.process.send(.terminate)
        let result = try await server.process.wait(within: .seconds(30))
        #expect(result.outcome == .exited(0), "\(result.stderr.text)")
        #expect(result.stderr.text == "")
      }
    }
  }

  @Test func `garbage does no harm`() async throws {
    try await WatchProgram.serving { server in
      let result = await WatchProgram.clients(server.port, "garbage", 60).run()
      #expect(result.stdout.text == "60\n", "\(result.stderr.text)")
      let page = try await server.curl(server.address)
      #expect(page.contains("</html>"))
    }
  }

  @Test(arguments: [Signal.interrupt, .terminate])
  func `a signal ends it while somebody reads`(signal: Signal) async throws {
    try await WatchProgram.serving { server in
      try await WatchProgram.clients(server.port, "news", 3).start { readers in
        try await readers.expect("ready\n", on: .stdout, within: .seconds(60))
        server.process.send(signal)
        let result = try await server.process.wait(within: .seconds(30))
        #expect(result.outcome == .exited(0) && result.stderr.text == "")
        try await readers.write("\n")
        let end = try await readers.wait(within: .seconds(30))
        #expect(end.stderr.text.contains("the stream has ended"))
      }
    }
  }
}
