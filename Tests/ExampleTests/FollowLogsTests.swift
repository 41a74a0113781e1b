import ConvokeProcess
import Foundation
import Testbed
import Testing

/// The log follower, while logs are rotated, readers stop and hosts and followers are killed.
@Suite(.timeLimit(.minutes(5)))
struct FollowLogsTests {
  /// Writes as a program with a log does: appends to the file that it has open.
  private struct Log {
    let file: FileHandle

    init(_ path: URL) throws {
      let descriptor = unsafe open(path.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
      try #require(descriptor >= 0)
      self.file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ range: Range<Int>, after padding: String = "") throws {
      let text = range.map { "\(padding)line \($0)\n" }.joined()
      try self.file.write(contentsOf: Data(text.utf8))
    }
  }

  private static func withLog(
    _ places: [String],
    _ body: (ExampleProcess, URL) async throws -> Void
  ) async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "log")
      let words = places.flatMap { ["--on", $0] } + [path.path]
      try await ExampleProcess.with("follow-logs", words) { follower in
        try await follower.wait(for: .stderr) { $0.count == places.count }
        try await body(follower, path)
      }
    }
  }

  /// Waits until all lines up to a number came from each host, each once and in order.
  private static func expect(
    _ follower: ExampleProcess,
    _ hosts: [String],
    _ range: Range<Int>
  ) async throws {
    let lines = try await follower.wait { $0.count >= hosts.count * range.count }
    for host in hosts {
      let own = lines.filter { $0.hasPrefix("\(host): ") }
      #expect(own == range.map { "\(host): line \($0)" })
    }
    #expect(lines.count == hosts.count * range.count)
  }

  @Test func `a log that is renamed is read on while its program still writes to it`()
    async throws
  {
    let places = ["local//id=a", "local//id=b"]
    try await Self.withLog(places) { follower, path in
      #expect(follower.lines(.stderr).allSatisfy { $0.contains("waits for") })
      let old = try Log(path)
      try old.write(0..<1000)
      try await follower.wait { $0.count == 2000 }
      try FileManager.default.moveItem(at: path, to: path.appendingPathExtension("1"))
      let new = try Log(path)
      try old.write(1000..<2000)
      // What the old one got before is passed on before what the new one gets.
      try await follower.wait { $0.count == 4000 }
      try new.write(2000..<3000)
      try await follower.wait { $0.count == 6000 }
      try FileManager.default.removeItem(at: path)
      try new.write(3000..<3010)
      try await Self.expect(follower, ["a", "b"], 0..<3010)
    }
  }

  @Test func `a log that is emptied is read from its beginning, even if it is longer then`()
    async throws
  {
    try await Self.withLog(["local//id=a"]) { follower, path in
      let log = try Log(path)
      try log.write(0..<10)
      try await Self.expect(follower, ["a"], 0..<10)
      try log.file.truncate(atOffset: 0)
      try log.write(10..<100)
      try await Self.expect(follower, ["a"], 0..<100)
      try log.file.truncate(atOffset: 0)
      try log.write(100..<101)
      try await Self.expect(follower, ["a"], 0..<101)
    }
  }

  @Test func `hosts get the follower by themselves, and nothing of it is left there`()
    async throws
  {
    let fleet = try SSHFleet.shared()
    let hosts = Array(fleet.hostNames[30..<34])
    let program = try StaticPrograms.path(of: "follow-logs")
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "log")
      let log = try Log(path)
      try log.write(0..<5)
      let places = hosts.flatMap { ["--on", "ssh=\($0)//ssh_config=\(fleet.configFile)"] }
      try await ExampleProcess.with(program, places + [path.path]) { follower in
        try await follower.wait(for: .stderr) { $0.count == 4 }
        #expect(follower.lines(.stderr).allSatisfy { $0.contains("follows \(path.path)") })
        try log.write(5..<500)
        try await Self.expect(follower, hosts, 5..<500)
        // The path of the log is in no command line: workers are found by what they have open.
        #expect(try await eventually { try Self.readers(of: path).count == 4 })
        follower.process.send(.interrupt)
        let result = try await follower.process.wait(within: .seconds(30))
        #expect(result.outcome == .exited(0))
        #expect(try await eventually(within: .seconds(20)) { try Self.readers(of: path).isEmpty })
      }
    }
  }

  @Test func `a follower that is killed leaves nothing`() async throws {
    try await Self.withLog(["local//id=a", "local//id=b"]) { follower, path in
      try Log(path).write(0..<10)
      try await Self.expect(follower, ["a", "b"], 0..<10)
      #expect(try await eventually { try Self.readers(of: path).count == 2 })
      follower.process.send(.kill)
      #expect(try await eventually(within: .seconds(20)) { try Self.readers(of: path).isEmpty })
      try await follower.expectNothingLeft()
    }
  }

  @Test func `a host that is lost is named, and the others go on`() async throws {
    try await Self.withLog(["local//id=a", "local//id=b"]) { follower, path in
      let log = try Log(path)
      try log.write(0..<10)
      try await Self.expect(follower, ["a", "b"], 0..<10)
      let workers = try Self.readers(of: path).filter(try follower.processes().contains)
      let worker = try #require(workers.first)
      #expect(kill(worker, SIGKILL) == 0)
      let said = try await follower.wait(for: .stderr) { $0.count == 3 }
      try log.write(10..<20)
      let lost = try #require(said.last?.prefix(1))
      let lines = try await follower.wait { $0.count == 30 }
      #expect(lines.suffix(10).allSatisfy { !$0.hasPrefix(lost) })
      follower.process.send(.terminate)
      #expect(try await follower.process.wait(within: .seconds(30)).outcome == .exited(1))
    }
  }

  @Test func `a reader that stops holds back the host, and nothing is lost`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "log")
      let log = try Log(path)
      let words = ["--on", "local//id=a", path.path]
      let (count, padding) = (160_000, String(repeating: ".", count: 400))
      let writeAll = {
        for start in stride(from: 0, to: count, by: 1000) {
          try log.write(start..<start + 1000, after: padding)
        }
      }
      try await ExampleProcess.with("follow-logs", words, readsOutput: false) { follower in
        try await follower.wait(for: .stderr) { $0.count == 1 }
        let output = follower.process.chunks
        try writeAll()
        // The log is larger than what both sides may hold.
        let peaks = try await settled { try follower.processes().compactMap(Self.peak) }
        #expect(peaks.count >= 2 && peaks.allSatisfy { $0 < 40 << 20 }, "\(peaks)")
        var splitter = LineSplitter()
        var next = 0
        for await chunk in output where chunk.stream == .stdout {
          for line in splitter.append(chunk.bytes) {
            let isNext = line == Array("a: \(padding)line \(next)".utf8)
            if !isNext { Issue.record("\(String(decoding: line, as: UTF8.self)) for \(next)") }
            next = isNext ? next + 1 : count
          }
          if next >= count { break }
        }
        // Also while nobody reads: it ends at once.
        try writeAll()
        follower.process.send(.interrupt)
        #expect(try await follower.process.wait(within: .seconds(30)).outcome == .exited(0))
        try await follower.expectNothingLeft()
      }
    }
  }

  @Test func `what cannot be followed is said in a sentence`() async throws {
    let words = ["--on", "local//id=a", "/"]
    try await ExampleProcess.with("follow-logs", words) { follower in
      #expect(try await follower.process.wait(within: .seconds(30)).outcome == .exited(1))
      try await follower.wait(for: .stderr) { $0.joined().contains("only files can be followed") }
    }
  }

  /// The processes that have a file open.
  private static func readers(of path: URL) throws -> [Int32] {
    let manager = FileManager.default
    return try manager.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { id in
      if id == getpid() { return false }
      let files = (try? manager.contentsOfDirectory(atPath: "/proc/\(id)/fd")) ?? []
      return files.contains { file in
        let target = try? manager.destinationOfSymbolicLink(atPath: "/proc/\(id)/fd/\(file)")
        return target == path.path
      }
    }
  }

  /// The most resident memory that a process has had, in bytes.
  private static func peak(_ id: Int32) -> Int? {
    let text = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 << 10 }
  }
}
