import ConvokeProcess
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SerialTests {
  /// A terminal whose other side answers every line with `you said`, and prints the path of this side.
  private static let partner = """
    import os, pty, tty
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    print(os.ttyname(theirs), flush=True)
    pending = b""
    while True:
        pending += os.read(ours, 1000)
        while b"\\r" in pending:
            line, pending = pending.split(b"\\r", 1)
            os.write(ours, b"you said " + line + b"\\r\\n")
    """

  @Test func `a dialogue over a serial line goes both ways`() async throws {
    try await Command("python3", "-c", Self.partner).start { partner in
      let device = try await partner.expect(/\/dev\/\S+/, within: .seconds(20)).text
      try await Command.serial(device, speed: 9600).start { console in
        try await console.write("hello\r")
        try await console.expect("you said hello\r\n", within: .seconds(20))
        await console.closeInput()
        #expect(try await console.wait(within: .seconds(20)).outcome == .exited(0))
      }
    }
  }

  @Test func `a device that does not exist is named`() async {
    let result = await Command.serial("/dev/none", speed: 9600).run()
    #expect(result.outcome != .exited(0))
    #expect(result.stderr.text.contains("/dev/none"))
  }
}
