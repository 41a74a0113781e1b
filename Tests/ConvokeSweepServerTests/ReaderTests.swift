import ConvokeProcess
import ConvokeSweep
import Foundation
import Testbed
import Testing

/// Who may read a page that other machines can reach.
@Suite(.timeLimit(.minutes(3))) struct ReaderTests {
  private static let token = "a+token & sixteen %41 bytes"

  private func withToken(_ body: (WatchProgram.Running) async throws -> Void) async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "token").path
      try Data("\(Self.token)\n".utf8).write(to: URL(filePath: path))
      try await WatchProgram.serving(["--token-file", path], address: "0.0.0.0:0", body)
    }
  }

  @Test(arguments: ["0.0.0.0:0", ":0", "[::]:0", "*:0"])
  func `others are not let in without a token`(address: String) async throws {
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore("\(folder.path)/results")
      try store.update(to: ["i": [1]])
      let command = WatchProgram.command(["results", "--serve", address], in: folder.path)
      let result = await command.run()
      #expect(result.outcome == .exited(2))
      #expect(result.stderr.text.contains("\(address) can be reached from other machines"))
      #expect(result.stderr.text.contains("--token-file"))
    }
  }

  @Test func `who shows the token reads`() async throws {
    try await self.withToken { server in
      for path in ["", "events", "nope"] {
        let answer = try await server.curl("-i", "\(server.address)\(path)")
        #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains("The token of this sweep"))
        #expect(!answer.contains("combinations"))
      }
      for wrong in ["", "a", "\(Self.token)x", String(Self.token.dropLast())] {
        let header = "Authorization: Bearer \(wrong)"
        #expect(
          try await server.curl("-i", "-H", header, server.address).hasPrefix("HTTP/1.1 401 ")
        )
      }
    }
  }

  @Test func `a token without spaces goes into a header`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "token").path
      try Data("0123456789abcdef".utf8).write(to: URL(filePath: path))
      try await WatchProgram.serving(["--token-file", path], address: "0.0.0.0:0") { server in
        let header = "Authorization: Bearer 0123456789abcdef"
        let page = try await server.curl("-H", header, "-H", "Host: any.name", server.address)
        #expect(page.contains("<b>10</b> combinations"))
      }
    }
  }

  @Test func `a browser is asked once, and keeps no token`() async throws {
    try await self.withToken { server in
      let field = "document.querySelector('#token')"
      let answers = try await Browser.perform([
        .open(server.address), .value("document.title"),
        .value("\(field).focus()"), .type("not the token of this"),
        .value("document.forms[0].submit()"),
        .until("document.body.innerText.includes('This is not the token.')"),
        .value("\(field).focus()"), .type(Self.token),
        .value("document.forms[0].submit()"),
        .until("document.querySelector('.live.on') !== null"),
        .value("document.cookie"), .value("location.pathname + location.search"),
      ])
      #expect(answers.values[1] == #""Token""#)
      #expect(answers.values[5] == "true" && answers.values[9] == "true")
      #expect(answers.values[10] == #""""# && answers.values[11] == #""/""#)
      let jar = "\(server.store.folder)/jar"
      let text = Self.token.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
      let form = "token=\(text ?? "")"
      let login = try await server.curl("-i", "-c", jar, "-d", form, "\(server.address)login")
      #expect(login.hasPrefix("HTTP/1.1 303 ") && login.contains("HttpOnly; SameSite=Strict"))
      #expect(!login.contains("sixteen"))
      #expect(try await server.curl("-b", jar, server.address).contains("combinations"))
      let huge = String(repeating: "x", count: 20_000)
      let refused = try await server.curl("-i", "-d", "token=\(huge)", "\(server.address)login")
      #expect(refused.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test func `what is wrong with the options is said`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore("\(folder.path)/results")
      try store.update(to: ["i": [1]])
      try Data("short".utf8).write(to: folder.appending(component: "token"))
      for (words, sentence) in [
        (["--serve", "99999"], "is no address to listen on; write HOST:PORT"),
        (["--serve", "::1:80"], "write [ADDRESS]:PORT"),
        (["--serve", "no.such.name.invalid:80"], "the name 'no.such.name.invalid' is not known"),
        (["--serve", ":0", "--token-file", "token"], "fewer than 16 bytes"),
        (["--serve", ":0", "--token-file", "nope"], "the token file nope cannot be read"),
        (["--token-file", "token"], "are for the page of --serve"),
      ] {
        let result = await WatchProgram.command(["results"] + words, in: folder.path).run()
        #expect(result.stderr.text.contains(sentence), "\(words): \(result.stderr.text)")
        #expect(result.outcome != .exited(0))
      }
      let missing = await WatchProgram.command(["nowhere", "--serve", "0"], in: folder.path).run()
      #expect(missing.stderr.text.contains("there is no sweep in nowhere"))
    }
  }

  @Test func `a port that is taken is said`() async throws {
    try await WatchProgram.serving { server in
      let folder = server.store.folder
      let again = WatchProgram.command([folder, "--serve", "\(server.port)"], in: "/")
      let result = await again.run()
      #expect(
        result.stderr.text.contains(
          "cannot listen on 127.0.0.1:\(server.port): Address already in use"
        )
      )
      #expect(result.outcome == .exited(1))
    }
  }
}
