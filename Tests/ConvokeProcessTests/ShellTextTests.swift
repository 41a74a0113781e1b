@testable import ConvokeProcess
import Testing

struct ShellTextTests {
  @Test(arguments: [
    "plain", "", "a b", "it's", "'", "''", "a\nb", "$HOME", "\\", "e\u{301}'\u{301}", "-n", "*",
    "~",
  ])
  func `a quoted word reads back unchanged`(word: String) async {
    let result = await Command.shell("printf '%s|' \(ShellQuoting.quote(word))").run()
    #expect(result.stdout.bytes == Array((word + "|").utf8))
  }

  @Test(
    arguments: [
      ("true", ["true"]), ("ls  -l /usr", ["ls", "-l", "/usr"]), ("dd if=/dev/zero count=1", nil),
    ] as [(String, [String]?)]
  )
  func `a simple line needs no shell`(line: String, words: [String]?) {
    #expect(SimpleLine.words(line) == words ?? line.split(separator: " ").map(String.init))
  }

  @Test(arguments: [
    "exit 3", "cd /", "A=1 env", "a|b", "a;b", "echo $HOME", "echo *", "a>b", "", " ", "umask",
    "echo 'a'", "! true", "time ls", "~/x", "a&", "(a)", "a # b", "{ a", "[ a",
  ])
  func `whatever a shell would interpret is left to it`(line: String) {
    #expect(SimpleLine.words(line) == nil)
  }

  @Test func `an unknown program in a line is the shell's to report`() async {
    #expect(await Command.shell("no-such-program-here").run().outcome == .exited(127))
    #expect(await Command.shell("/no/such/program").run().outcome == .exited(127))
  }
}
