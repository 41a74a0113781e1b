import ConvokeProcess
import Testing

@Suite struct ProgressTests {
  private static func screen(_ arguments: [String]) async -> String {
    let command = ConvokeProgram().command(["run", "-w", "local*3"] + arguments)
    return await command.with { $0.terminal = PseudoTerminal() }.run().stdout.text
  }

  @Test(.timeLimit(.minutes(1)))
  func `a terminal shows the progress of long work, and clears it`() async {
    let screen = await Self.screen(["-b", "test {rank} = 0 && exit 2; sleep 2; echo x"])
    #expect(screen.contains("1/3 done · 1 failed · 2 running"))
    #expect(screen.contains("\r\u{1B}[K"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `short and quiet work shows no progress`() async {
    #expect(await !Self.screen(["true"]).contains("done"))
    #expect(await !Self.screen(["-q", "sleep 1.5"]).contains("done"))
  }
}
