import ConvokeGateway
import ConvokeServices
import Foundation
import Synchronization
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DirectorySyncTests {
  @Test(arguments: SyncFixture.workers)
  func `a tree arrives with contents, modes, times and links`(
    _ worker: SyncFixture.Worker
  )
    async throws
  {
    try await SyncFixture.withFixture(worker) { fixture in
      try fixture.write("a.txt", "alpha", mode: 0o640)
      try fixture.write("sub/deep/b.bin", String(repeating: "x", count: 700_000), mode: 0o4755)
      try fixture.write("empty", "")
      try fixture.link("sub/relative", to: "../a.txt")
      try fixture.link("sub/inside", to: fixture.source.appending(path: "a.txt").path)
      try fixture.link("outside", to: "/etc/hostname")
      try fixture.setTime("sub/deep", 1_500_000_000)
      try fixture.setTime("a.txt", 1_400_000_000)
      let report = try await fixture.sync()
      #expect(report.isOK, "\(report)")
      #expect(report.outcomes.first?.files == 3)
      #expect(report.outcomes.first?.links == 3)
      #expect(try fixture.text("a.txt") == "alpha")
      #expect(fixture.mode("a.txt") == 0o640)
      #expect(fixture.mode("sub/deep/b.bin") == 0o4755)
      #expect(fixture.time("a.txt") == 1_400_000_000)
      #expect(fixture.time("sub/deep") == 1_500_000_000)
      #expect(fixture.target("sub/relative") == "../a.txt")
      #expect(fixture.target("outside") == "/etc/hostname")
      #expect(
        fixture.target("sub/inside") == fixture.destination.appending(path: "a.txt").path
      )
      #expect(fixture.leftovers().isEmpty)
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `only what differs is sent`(_ worker: SyncFixture.Worker) async throws {
    try await SyncFixture.withFixture(worker) { fixture in
      for name in ["same", "touched", "changed", "chmod"] { try fixture.write(name, "12345") }
      #expect(try await fixture.sync().outcomes[0].bytes == 20)
      try fixture.setTime("touched", 1_300_000_000)
      try fixture.write("changed", "54321")
      try fixture.setTime("changed", 1_300_000_000)
      try fixture.setMode("chmod", 0o440)
      let report = try await fixture.sync()
      #expect(report.isOK, "\(report)")
      #expect(report.outcomes[0].bytes == 5)
      #expect(report.outcomes[0].files == 2)
      #expect(fixture.mode("chmod") == 0o440)
      #expect(fixture.time("touched") == 1_300_000_000)
      #expect(try fixture.text("changed") == "54321")
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `deleting is asked for, and spares what the filter refuses`(
    _ worker: SyncFixture.Worker
  )
    async throws
  {
    try await SyncFixture.withFixture(worker) { fixture in
      try fixture.write("keep", "1")
      try fixture.write("sub/own.o", "source")
      try fixture.place("extra", "2")
      try fixture.place("tree/of/extras", "3")
      try fixture.place("sub/kept.o", "4")
      #expect(try await fixture.sync(filter: ["*.o"]).outcomes[0].deleted == 0)
      #expect(fixture.exists("extra"))
      let report = try await fixture.sync(deletes: true, filter: ["*.o"])
      #expect(report.outcomes[0].deleted == 2)
      #expect(!fixture.exists("extra") && !fixture.exists("tree"))
      #expect(fixture.exists("sub/kept.o") && !fixture.exists("sub/own.o"))
      #expect(try await fixture.sync(deletes: true).isOK)
      #expect(!fixture.exists("sub/kept.o") && fixture.exists("sub/own.o"))
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `what is in the way gives way`(_ worker: SyncFixture.Worker) async throws {
    try await SyncFixture.withFixture(worker) { fixture in
      try fixture.write("file", "now a file")
      try fixture.write("directory/inside", "now a directory")
      try fixture.link("link", to: "file")
      try fixture.place("file/was/a/directory", "")
      try fixture.place("directory", "was a file")
      try fixture.place("link", "was a file")
      let report = try await fixture.sync()
      #expect(report.isOK, "\(report)")
      #expect(try fixture.text("file") == "now a file")
      #expect(try fixture.text("directory/inside") == "now a directory")
      #expect(fixture.target("link") == "file")
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `a link at the target is replaced, not followed`(_ worker: SyncFixture.Worker) async throws {
    try await SyncFixture.withFixture(worker) { fixture in
      try fixture.write("sub/file", "inside")
      let elsewhere = fixture.folder.appending(path: "elsewhere")
      try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        at: fixture.destination,
        withIntermediateDirectories: true
      )
      try FileManager.default.createSymbolicLink(
        at: fixture.destination.appending(path: "sub"),
        withDestinationURL: elsewhere
      )
      #expect(try await fixture.sync().isOK)
      #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
      #expect(try fixture.text("sub/file") == "inside")
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `odd names arrive as they are`(_ worker: SyncFixture.Worker) async throws {
    try await SyncFixture.withFixture(worker) { fixture in
      let names: [[UInt8]] = [
        Array("-n".utf8), Array("a b\n\r\\c'\"*".utf8), [0xFF, 0xFE, 0x80], Array("äöü…".utf8),
        Array(".hidden".utf8),
      ]
      for name in names { try fixture.write(bytes: name, "content of it") }
      #expect(try await fixture.sync().isOK)
      #expect(fixture.names(fixture.destination) == fixture.names(fixture.source))
      // Once more, with all of them compared by hash.
      for name in names { fixture.touch(bytes: name) }
      let report = try await fixture.sync()
      #expect(report.isOK && report.outcomes[0].bytes == 0 && report.outcomes[0].files == 5)
    }
  }

  @Test func `special files are reported and left out`() async throws {
    try await SyncFixture.withFixture { fixture in
      try fixture.write("file", "x")
      #expect(unsafe mkfifo(fixture.source.appending(path: "pipe").path, 0o600) == 0)
      let report = try await fixture.sync()
      #expect(report.isOK)
      #expect(report.skipped == [SyncReport.Skip(path: "pipe", reason: .special)])
      #expect(fixture.exists("file") && !fixture.exists("pipe"))
    }
  }

  @Test func `a source that is missing or no directory is an error`() async throws {
    try await SyncFixture.withFixture { fixture in
      try fixture.write("file", "x")
      for path in ["/does/not/exist", fixture.source.appending(path: "file").path] {
        let error = await #expect(throws: SyncError.self) {
          try await fixture.sync(source: path)
        }
        #expect(error?.code == .badSource)
      }
      var sync = DirectorySync(fixture.source.path)
      let error = await #expect(throws: SyncError.self) { try await sync.run() }
      #expect(error?.code == .noTargets)
      #expect(try await sync.run(requiresTargets: false).outcomes.isEmpty)
    }
  }

  @Test func `call-backs tell what happens, and a copy can be used again`() async throws {
    try await SyncFixture.withFixture { fixture in
      try fixture.write("one", "1")
      try fixture.write("two", "22")
      let events = Mutex<[String]>([])
      var options = SyncOptions()
      options.onEvent = { event in
        let line: String? =
          switch event {
          case .listed(_, let files, let bytes): "listed \(files) \(bytes)"
          case .sending(let gateway, let path): "\(gateway) <= \(path)"
          case .received(_, let path, let bytes): "received \(path) \(bytes)"
          case .written(_, let path): "written \(path)"
          case .finished(let outcome): "finished \(outcome.isOK)"
          default: nil
          }
        events.withLock { if let line { $0.append(line) } }
      }
      var sync = DirectorySync(fixture.source.path, options: options)
      let finished = Mutex(0)
      for _ in 0..<2 {
        sync.addTarget(fixture.gateway, fixture.destination.path) { _ in
          finished.withLock { $0 += 1 }
        }
        #expect(try await sync.run().isOK)
      }
      #expect(sync.targets.isEmpty)
      #expect(finished.withLock { $0 } == 2)
      let expected: Set = [
        "listed 2 3", "gw0 <= one", "gw0 <= two", "received one 1", "received two 2",
        "written one", "written two", "finished true", "listed 0 0",
      ]
      #expect(Set(events.withLock { $0 }) == expected)
    }
  }

  @Test(arguments: SyncFixture.workers)
  func `files around the size that goes at once arrive as they are`(
    _ worker: SyncFixture.Worker
  ) async throws {
    try await SyncFixture.withFixture(worker) { fixture in
      let sizes = [0, 1, 65_535, 65_536, 65_537, 262_144, 300_000]
      for size in sizes {
        let text = String(repeating: "0123456789abcdef", count: size / 16 + 1).prefix(size)
        try fixture.write("f\(size)", String(text))
        // What is in the way of the temporary file, and of the file itself.
        try fixture.place("f\(size)/inside", "x")
      }
      let report = try await fixture.sync()
      #expect(report.isOK, "\(report)")
      #expect(report.outcomes[0].bytes == sizes.reduce(0, +) && report.outcomes[0].files == 7)
      for size in sizes {
        let text = try fixture.text("f\(size)")
        #expect(text.utf8.count == size && text.hasPrefix("0123".prefix(size)))
      }
      #expect(fixture.leftovers().isEmpty)
    }
  }
}
