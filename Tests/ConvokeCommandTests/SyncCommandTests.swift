import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SyncCommandTests {
  private let convoke = ConvokeProgram()

  private func withSource(_ body: (URL, String) async throws -> Void) async throws {
    try await TemporaryFolder.withFolder { folder in
      let source = folder.appending(path: "source")
      let sub = source.appending(path: "sub")
      try FileManager.default.createDirectory(at: sub, withIntermediateDirectories: true)
      try Data("one".utf8).write(to: source.appending(path: "one.txt"))
      try Data("two".utf8).write(to: sub.appending(path: "two.o"))
      try await body(folder, source.path)
    }
  }

  @Test func `a directory is copied to each worker, and kept equal`() async throws {
    try await self.withSource { folder, source in
      let to = folder.appending(path: "to").path
      let run = await self.convoke.run("sync", source, "-w", "popen", to)
      let expected = ConvokeProgram.Run(
        status: 0,
        output: "popen: 2 files, 6 bytes sent\n",
        errors: ""
      )
      #expect(run == expected)
      #expect(FileManager.default.createFile(atPath: to + "/extra", contents: nil))
      let again = await self.convoke.run(
        "sync",
        source,
        "-w",
        "popen",
        to,
        "--delete",
        "--exclude",
        "*.o"
      )
      #expect(again.output == "popen: 0 files, 0 bytes sent, 1 deleted\n")
      #expect(FileManager.default.fileExists(atPath: to + "/sub/two.o"))
    }
  }

  @Test func `several workers are served, one that is not there is told`() async throws {
    try await self.withSource { folder, source in
      let specs = (1...3).flatMap { number in
        let path = folder.appending(path: "w\(number)").path
        return ["-w", "popen//id=w\(number)//chdir=\(path)"]
      }
      let run = await self.convoke.run(
        ["sync", source, "to"] + specs + ["-w", "popen//python=no-such-python", "--json"]
      )
      #expect(run.status == 1)
      let lines = sortedLines(run.output)
      #expect(lines.count == 4 && lines.filter { $0.contains("\"ok\":true") }.count == 3)
      #expect(run.errors.contains("convoke: popen//python=no-such-python: "))
      for number in 1...3 {
        let path = folder.appending(path: "w\(number)/to/sub/two.o").path
        #expect(FileManager.default.fileExists(atPath: path))
      }
    }
  }

  @Test func `a missing source is a mistake of the user`() async {
    let run = await self.convoke.run("sync", "/no/such/source", "-w", "popen", "/tmp/x")
    #expect(run.status == 2)
    #expect(run.errors == "convoke: cannot copy '/no/such/source': No such file or directory\n")
  }

  @Test func `a large file takes little memory on either side`() async throws {
    try await self.withSource { folder, source in
      let big = URL(filePath: source).appending(path: "big")
      #expect(FileManager.default.createFile(atPath: big.path, contents: nil))
      let file = try FileHandle(forWritingTo: big)
      try file.truncate(atOffset: 200 << 20)
      try file.close()
      let to = folder.appending(path: "to").path
      let command = self.convoke.command(["sync", source, "-w", "popen", to])
      let (result, peak) = try await PeakMemory.measure(command)
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      let attributes = try FileManager.default.attributesOfItem(atPath: to + "/big")
      #expect(attributes[.size] as? Int == 200 << 20)
      // The largest of the program, the worker and sha256sum.
      #expect(peak < 100 << 20)
    }
  }
}
