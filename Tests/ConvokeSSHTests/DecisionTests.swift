import ConvokeProcess
import Testing

@testable import ConvokeSSH

/// The parts that decide, without a server.
@Suite struct DecisionTests {
  @Test(arguments: [
    ("ssh: Could not resolve hostname nix: Name or service not known", Failure.Kind.nameNotKnown),
    ("ssh: connect to host h port 22: Connection refused", .connectionRefused),
    ("ssh: connect to host h port 22: No route to host", .noRoute),
    ("ssh: connect to host h port 22: Network is unreachable", .noRoute),
    ("ssh: connect to host h port 22: Connection timed out", .connectTimedOut),
    ("Connection timed out during banner exchange", .connectTimedOut),
    (
      "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
      .hostKeyChanged
    ),
    ("No ED25519 host key is known for h and you have requested strict checking.", .hostKeyUnknown),
    ("Host key verification failed.", .hostKeyUnknown),
    ("root@h: Permission denied (publickey).", .authentication),
    ("Received disconnect from h port 22:2: Too many authentication failures", .authentication),
    ("kex_exchange_identification: Connection closed by remote host", .connectionDropped),
    ("kex_exchange_identification: read: Connection reset by peer", .connectionDropped),
    ("Connection closed by 127.0.0.1 port 22", .connectionDropped),
    ("command-line: line 0: Bad configuration option: nonsense", .sshFailed),
    ("", .sshFailed),
  ])
  func `the words of ssh tell the kind of failure`(words: String, kind: Failure.Kind) {
    let failure = SSHDiagnosis.failure(words, host: "h")
    #expect(failure.kind == kind)
    #expect(failure.message.hasPrefix("h: "))
    #expect(!failure.remedy.isEmpty)
  }

  @Test func `the window halves once for a burst of drops and grows with each login`() {
    var window = ConnectWindow(limit: 8)
    for _ in 0..<8 {
      let answer1 = window.take()
      #expect(answer1)
    }
    let answer2 = window.take()
    #expect(!answer2)
    for _ in 0..<4 { window.end(.dropped) }
    #expect(window.size == 4)
    for _ in 0..<4 { window.end(.accepted) }
    #expect(window.size == 8)
    #expect(window.running == 0)
  }

  @Test func `the window never closes`() {
    var window = ConnectWindow(limit: 4)
    for _ in 0..<100 {
      let answer3 = window.take()
      #expect(answer3)
      window.end(.dropped)
    }
    #expect(window.size == 1)
  }

  @Test func `the limit of sessions is learnt`() {
    var limiter = SessionLimiter()
    for _ in 0..<3 { limiter.opening() }
    limiter.opened()
    limiter.opened()
    let answer4 = limiter.refused()
    #expect(answer4 == .waitForEnd)
    #expect(!limiter.mayOpen)
    limiter.closed()
    #expect(limiter.mayOpen)
  }

  @Test func `a mark is found across pieces and after noise`() {
    var scanner = MarkScanner(["MARK:x", "NO:x"])
    let answer5 = scanner.append(Array("hello MAR".utf8)[...])
    #expect(answer5 == nil)
    let answer6 = scanner.append(Array("K:x 12 13.".utf8)[...])
    #expect(answer6 == nil)
    let finding = scanner.append(Array(" /bin/sh\r\nrest".utf8)[...])
    #expect(finding?.mark == 0)
    #expect(finding?.words == ["12", "13.", "/bin/sh"])
    #expect(finding.map { Array($0.rest) } == Array("rest".utf8))
    #expect(scanner.noise == "hello ")
  }

  @Test func `output around the mark of the end is whole`() {
    let text = Array("aEEN\nbEND:x 7\n".utf8)
    for cut in 0...text.count {
      var scanner = EndMarkScanner("END:x")
      let first = scanner.append(text[..<cut])
      let second = scanner.append(text[cut...])
      #expect(Array(first.0) + Array(second.0) == Array("aEEN\nb".utf8))
      #expect((first.1 ?? second.1) == 7)
    }
  }

  @Test func `the text for any shell has none of the characters that shells disagree about`() {
    let text = RemoteScript.anyShell(terminalNonce: "n")
    let inner = text.dropFirst("exec /bin/sh -c '".count).dropLast()
    #expect(!inner.contains { "'\\\n".contains($0) })
    // The C shell of old takes no longer words than its buffer.
    #expect(text.utf8.count < 2048)
  }

  @Test func `variables are never part of the command line`() {
    let command = Command("true").with { $0.environment = ["TOKEN": "secret"] }
    for shell in [LoginShell.unknown, .bash, .posix, .other] {
      let texts = RemoteScript.texts(command, .init(nonce: "n", shell: shell))
      #expect(!texts.commandLine.contains("secret"))
      #expect(texts.input.contains("secret"))
    }
  }

  @Test func `a termination sequence is told in tenths of a second`() {
    let sequence = TerminationSequence([
      .init(.interrupt, wait: .milliseconds(1250)), .init(.terminate, wait: .seconds(2)),
    ])
    #expect(RemoteScript.steps(sequence) == "INT 13 TERM 20")
    #expect(RemoteScript.steps(.immediate).isEmpty)
  }
}
