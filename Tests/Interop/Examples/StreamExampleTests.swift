import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamExampleTests {
  @Test func `output that was redirected, and output that comes home by itself`() async throws {
    #expect(try await redirectedOutput() == ["hello", "the end"])
    #expect(try await outputAtHome() == "from Python\nfrom a shell\n")
  }

  @Test func `a channel is a file over there`() async throws {
    #expect(try await countWords(["one", "two words", "and three words"]) == [1, 2, 3])
  }

  @Test func `a directory goes to several workers`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let source = folder.appending(path: "source")
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
      for name in ["a", "b", "ignored"] {
        try Data(name.utf8).write(to: source.appending(path: name))
      }
      let targets = ["one", "two"].map { folder.appending(path: $0).path }
      let told = try await synchronize(source.path, targets)
      #expect(told == ["gw0: 2 sent", "gw1: 2 sent"])
      for target in targets {
        let names = try FileManager.default.contentsOfDirectory(atPath: target)
        #expect(names.sorted() == ["a", "b"])
      }
    }
  }

  @Test func `a value in a file, which execnet reads as well`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(path: "data.py23").path
      #expect(try valueInFile(file) == ["hello", "world"])
      let program = """
        import execnet
        print(execnet.loads(open('\(file)', 'rb').read(), py2str_as_py3str=True))
        """
      guard let python = Tool.installedExecnetPython else { return }
      let result = try await Tool.run(python, ["-c", program])
      #expect(result.output == "['hello', 'world']\n", "\(result.errors)")
    }
  }
}
