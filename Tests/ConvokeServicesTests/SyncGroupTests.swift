import ConvokeGateway
import ConvokeServices
import ConvokeWire
import Foundation
import Synchronization
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SyncGroupTests {
  @Test(arguments: [SyncFixture.Worker.ours, .javascript])
  func `one read serves many gateways, and one that fails leaves the others alone`(
    _ worker: SyncFixture.Worker
  ) async throws {
    guard SyncFixture.workers.contains(worker) else { return }
    try await SyncFixture.withFixture { fixture in
      for number in 0..<50 {
        try fixture.write("d\(number % 5)/f\(number)", String(repeating: "\(number)", count: 5000))
      }
      let node = worker == .javascript ? "//javascript=/usr/bin/node" : ""
      try await withGroup(["popen*5" + node]) { group in
        // One ends while it is asked, one has no place to write to.
        _ = try group[3].execute(
          .either(python: "import os; os._exit(3)", javascript: "process.kill(process.pid, 9)")
        )
        var sync = DirectorySync(fixture.source.path)
        for index in 0..<5 {
          let place = fixture.folder.appending(path: "to\(index)").path
          sync.addTarget(group[index], index == 4 ? "/proc/not/there" : place)
        }
        let report = try await sync.run()
        #expect(report.outcomes.map(\.isOK) == [true, true, true, false, false])
        let loss = report.outcomes[3].error
        #expect((loss as? GatewayError)?.code == .gatewayLost, "\(String(describing: loss))")
        #expect(report.outcomes[4].failures.count == 1)
        #expect(!report.isOK)
        for index in 0..<3 {
          let names = fixture.names(fixture.folder.appending(path: "to\(index)/d3"))
          #expect(names == fixture.names(fixture.source.appending(path: "d3")))
        }
      }
    }
  }

  @Test func `a target that falls silent is given up, and the others go on`() async throws {
    try await SyncFixture.withFixture { fixture in
      try fixture.write("file", "content")
      var groupOptions = GatewayOptions()
      groupOptions.closeTimeout = .seconds(1)
      try await withGroup(["popen*2"], options: groupOptions) { group in
        let pid = try await group[1].information().processID
        #expect(kill(pid, SIGSTOP) == 0)
        var options = SyncOptions()
        options.stallLimit = .seconds(1)
        var sync = DirectorySync(fixture.source.path, options: options)
        sync.addTarget(group[0], fixture.destination.path)
        sync.addTarget(group[1], fixture.folder.appending(path: "other").path)
        let report = try await sync.run()
        #expect(report.outcomes[0].isOK && fixture.exists("file"))
        #expect((report.outcomes[1].error as? GatewayError)?.code == .timedOut)
      }
    }
  }

  @Test func `a thousand files arrive, and the second time nothing is sent`() async throws {
    try await SyncFixture.withFixture { fixture in
      for number in 0..<1000 { try fixture.write("d\(number % 20)/f\(number)", "file \(number)") }
      #expect(try await fixture.sync().outcomes[0].files == 1000)
      #expect(try fixture.text("d7/f907") == "file 907")
      let again = try await fixture.sync()
      #expect(again.isOK && again.outcomes[0].files == 0)
    }
  }

  @Test(arguments: [SyncFixture.Worker.ours, .execnet, .javascript])
  func `a copy that is cancelled leaves nothing that is half`(
    _ worker: SyncFixture.Worker
  )
    async throws
  {
    guard SyncFixture.workers.contains(worker) else { return }
    try await TemporaryFolder.withFolder { folder in
      let source = folder.appending(path: "source")
      let big = source.appending(path: "big")
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
      #expect(FileManager.default.createFile(atPath: big.path, contents: nil))
      let file = try FileHandle(forWritingTo: big)
      try file.truncate(atOffset: 300 << 20)
      try file.close()
      try await SyncFixture.withWorker(worker) { gateway in
        let fixture = SyncFixture(folder: folder, gateway: gateway)
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        var options = SyncOptions()
        options.onEvent = { if case .received = $0 { continuation.yield() } }
        let prepared = DirectorySync(source.path, options: options)
        await withTaskGroup(of: Void.self) { tasks in
          tasks.addTask {
            var sync = prepared
            sync.addTarget(gateway, fixture.destination.path)
            await #expect(throws: CancellationError.self) { try await sync.run() }
          }
          for await _ in stream { break }
          tasks.cancelAll()
        }
        let isClean = try await eventually(within: .seconds(20)) { fixture.leftovers().isEmpty }
        #expect(isClean)
        #expect(!fixture.exists("big"))
      }
    }
  }
}
