import Dispatch
import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

@Suite(.timeLimit(.minutes(2))) struct SweepStoreTests {
  private let sweep: Sweep = ["size": [1, 2, 3], "mode": ["a", "b"]]

  private func withStore(
    _ options: SweepStoreOptions = SweepStoreOptions(),
    _ body: (SweepStore, String) throws -> Void
  ) throws {
    try TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "store").path
      let store = try SweepStore(path, options: options)
      try store.update(to: self.sweep)
      try body(store, path)
    }
  }

  /// A second store on the same file, as another process would have it.
  private func other(_ path: String, _ options: SweepStoreOptions = .init()) throws -> SweepStore {
    try SweepStore(path, options: options)
  }

  @Test func `combinations are taken in order, once`() throws {
    try self.withStore { store, path in
      let other = try self.other(path)
      var taken: [String] = []
      while let lease = try store.next().first ?? other.next().first {
        taken.append(lease.combination.description)
        taken += try other.next(2).map(\.combination.description)
      }
      #expect(taken == (try self.sweep.all()).map(\.description))
      #expect(try other.statistics().description == "6 total, 6 leased")
    }
  }

  @Test func `what is done stays done, with its result`() throws {
    try self.withStore { store, path in
      let lease = try #require(try store.next(on: "node1").first)
      #expect(try store.done(lease, result: .object([.init("time", 1.5)])) == [.accepted])
      try store.close()
      let again = try self.other(path)
      #expect(try again.statistics()[.done] == 1)
      #expect(try again.next(10).count == 5)
      let history = try #require(try again.history(of: lease.combination))
      #expect(history.record.result?["time"] == 1.5)
      #expect(history.record.host == "node1")
      #expect(history.attempts.map(\.state) == ["done"])
      #expect(try again.done(lease) == [.refused("the combination is done already")])
    }
  }

  @Test func `failed, skipped and cancelled have reasons and can be reset`() throws {
    try self.withStore { store, _ in
      let leases = try store.next(4)
      #expect(try store.fail(leases[0], reason: "exit code 3") == .accepted)
      #expect(try store.skip(leases[1], reason: "too large") == [.accepted])
      #expect(try store.cancel(leases[2]) == [.accepted])
      #expect(try store.withdraw(where: { $0 == leases[3].combination }, reason: "no use") == 1)
      #expect(
        try store.statistics().description == "6 total, 1 failed, 1 skipped, 1 cancelled, 3 todo"
      )
      #expect(
        try store.records(in: [.failed, .skipped]).map(\.reason) == ["exit code 3", "too large"]
      )
      // What was given back comes in its old place.
      #expect(try store.next().first?.combination == leases[2].combination)
      #expect(try store.reset([.failed, .skipped, .cancelled]) == 3)
      #expect(try store.next().first?.attempt == 2)
    }
  }

  @Test func `a reset result makes room for another one`() throws {
    try self.withStore { store, _ in
      let first = try #require(try store.next().first)
      try store.done(first, result: 1)
      #expect(try store.reset([.done], reason: "the clock was wrong") == 1)
      let second = try #require(try store.next().first)
      #expect(second.combination == first.combination)
      #expect(try store.done(second, result: 2) == [.accepted])
      let history = try #require(try store.history(of: first.combination))
      #expect(history.record.result == 2)
      #expect(history.attempts.map(\.state) == ["lost", "done"])
      #expect(history.attempts[0].reason == "the clock was wrong")
    }
  }

  @Test func `filters, pickers and priorities choose`() throws {
    try self.withStore { store, _ in
      let large = try store.next(2) { $0["size"] == 3 }
      #expect(large.map(\.combination.description) == ["size=3 mode=a", "size=3 mode=b"])
      #expect(try store.next { $0["size"] == 3 }.isEmpty)
      let picked = try store.next { offered in offered.reversed().prefix(1) + [Combination()] }
      #expect(picked.map(\.combination.description) == ["size=2 mode=b"])
      try store.prioritize { $0["mode"] == "b" ? 5 : nil }
      #expect(try store.next(3).map { $0.combination["mode"] } == ["b", "a", "a"])
    }
  }

  @Test func `a sweep grows and shrinks, and results stay`() throws {
    try self.withStore { store, path in
      for lease in try store.next(6) { try store.done(lease, result: lease.combination["size"]) }
      let difference = try store.update(to: ["size": [2, 3, 4], "mode": ["a"]])
      #expect(difference.description == "1 added, 4 removed, 2 kept")
      #expect(difference.addedExamples.map(\.description) == ["size=4 mode=a"])
      #expect(difference.removedExamples.count == 4)
      #expect(try store.statistics().description == "3 total, 2 done, 1 todo")
      #expect(try store.records(includingRemoved: true).count == 7)
      let back = try self.other(path).update(to: self.sweep)
      #expect(back.description == "4 added, 1 removed, 2 kept")
      #expect(try store.statistics().description == "6 total, 6 done")
    }
  }

  @Test func `a definition that fails changes nothing`() throws {
    try self.withStore { store, _ in
      var parameters: Parameters = ["a": [1, 0]]
      try parameters.append("b", expression: "1 / a")
      #expect(throws: SweepError.self) { try store.update(to: Sweep(parameters)) }
      #expect(try store.statistics().description == "6 total, 6 todo")
    }
  }

  @Test(arguments: SweepStoreOptions.LateRule.allCases)
  func `a late end is adopted or refused by rule`(rule: SweepStoreOptions.LateRule) throws {
    let options = SweepStoreOptions().with {
      $0.lateRule = rule
      $0.lease = .zero
      $0.heartbeats = false
    }
    try self.withStore(options) { store, path in
      let late = try store.next(2)
      let other = try self.other(path, options)
      #expect(try other.reclaim() == 2)
      let now = try #require(try other.next().first)
      #expect(now.combination == late[0].combination)
      #expect(now.attempt == 2)
      let answers = try late.map { try store.done($0)[0] }
      switch rule {
      case .adopt: #expect(answers == [.adopted, .adopted])
      case .adoptIfFree:
        #expect(answers == [.refused("another worker has the combination now"), .adopted])
      case .refuse:
        #expect(answers.allSatisfy { if case .refused = $0 { true } else { false } })
      }
      // Whatever the rule: one of them is done, and never twice.
      let end = try other.done(now)[0]
      #expect(end == (rule == .adopt ? .refused("the combination is done already") : .accepted))
      let runs = try #require(try store.history(of: now.combination)).attempts
      #expect(runs.filter { $0.state == "done" }.count == 1)
    }
  }

  @Test func `a sign of life keeps what was taken`() throws {
    let options = SweepStoreOptions().with {
      $0.lease = .seconds(100)
      $0.heartbeats = false
    }
    try self.withStore(options) { store, path in
      _ = try store.next()
      try store.heartbeat()
      #expect(try self.other(path).reclaim() == 0)
      try store.close()
      #expect(try self.other(path).statistics()[.todo] == 6)
    }
  }

  @Test func `only combinations of the present sweep count`() throws {
    try self.withStore { store, _ in
      let leases = try store.next(5)
      try store.done(leases[0], leases[1])
      try store.fail(leases[2], reason: "no")
      try store.skip(leases[3], reason: "no")
      #expect(
        try store.statistics().description
          == "6 total, 2 done, 1 failed, 1 skipped, 1 leased, 1 todo"
      )
      // What stays was done, skipped and is to be done; the rest is gone in every other state.
      let kept = try store.records().map(\.combination)
      try store.update(to: [kept[0], kept[3], kept[5]])
      #expect(try store.statistics().description == "3 total, 1 done, 1 skipped, 1 todo")
      #expect(try !store.isAnyLeased())
      try store.update(to: kept)
      #expect(
        try store.statistics().description
          == "6 total, 2 done, 1 failed, 1 skipped, 1 leased, 1 todo"
      )
      #expect(try store.isAnyLeased())
    }
  }

  @Test func `a failed transaction leaves a store that works`() throws {
    try self.withStore { store, path in
      struct Refusal: Error {}
      #expect(throws: SweepError.self) { try store.next(2) { _ in throw Refusal() } }
      #expect(throws: SweepError.self) { try store.next { _ in throw Refusal() } }
      let lease = try #require(try store.next().first)
      #expect(try store.done(lease) == [.accepted])
      #expect(try self.other(path).statistics().description == "6 total, 1 done, 5 todo")
    }
  }

  @Test func `the log of several writers is begun anew`() throws {
    try TemporaryFolder.withFolder { folder in
      let holder = try SweepStore(folder.path)
      try holder.update(to: ["i": .range(1...4_000)])
      let path = folder.path
      DispatchQueue.concurrentPerform(iterations: 2) { _ in
        do {
          let store = try SweepStore(path)
          var leases = try store.next()
          while !leases.isEmpty {
            leases = try store.exchange(leases.map { ($0, SweepEnd(.done)) }).leases
          }
        } catch {
          Issue.record(error)
        }
      }
      #expect(try holder.statistics().description == "4000 total, 4000 done")
      // It stays as long as the store is open. All changes together would need more than 40 MB.
      let log = try FileManager.default.attributesOfItem(atPath: "\(holder.path)-wal")
      #expect(try #require(log[.size] as? Int) < 30_000_000)
    }
  }

  @Test func `a seed gives an order that does not depend on what else waits`() throws {
    try self.withStore { store, path in
      try store.shuffle(seed: 7)
      let first = try store.next(6).map(\.combination)
      #expect(Set(first).count == 6)
      try store.close()
      let again = try self.other(path)
      try again.shuffle(seed: 8)
      #expect(try again.next(6).map(\.combination) != first)
      try again.close()
      let rest = try self.other(path)
      try rest.skip(where: { $0 == first[2] }, reason: "not now")
      try rest.shuffle(seed: 7)
      #expect(try rest.next(6).map(\.combination) == Array(first[..<2]) + first[3...])
    }
  }

  @Test func `statistics by level`() throws {
    try self.withStore { store, _ in
      for lease in try store.next(3) { try store.done(lease) }
      let levels = try store.statisticsByLevel()
      #expect(levels["size"]?[1]?[.done] == 2)
      #expect(levels["size"]?[2]?.description == "2 total, 1 done, 1 todo")
      #expect(levels["mode"]?["b"]?[.todo] == 2)
    }
  }

  @Test func `folders that machines share are refused`() {
    #expect(NetworkFileSystem.name(magic: 0x6969) == "NFS")
    #expect(NetworkFileSystem.name(magic: 0xFF53_4D42) == "CIFS")
    #expect(NetworkFileSystem.name(magic: 0xEF53) == nil)
    #expect(NetworkFileSystem.name(of: "/tmp") == nil)
  }

  @Test func `a store on a real network file system is refused`() async throws {
    // A mount namespace of its own, in which a server for sftp holds the folder.
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      let line = """
        cd \(at) && mkdir here there && mkfifo pipe && echo 'parameters: {i: [1]}' > here/sweep.yaml
        sshfs -f -o passive :\(at)/here there < pipe | /usr/lib/openssh/sftp-server > pipe &
        for i in $(seq 200); do mountpoint -q there && break; sleep 0.1; done
        cd there && \(SweepProgramUnderTest.path) sweep run -- true; status=$?
        cd .. && umount there; wait; exit $status
        """
      let result = try await Tool.run("unshare", ["--mount", "sh", "-c", line])
      #expect(result.status == 2, "\(result.output) \(result.errors)")
      #expect(
        result.errors.contains("is on sshfs, which several machines share"),
        "\(result.errors)"
      )
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(at)/here/sweep.results")
      #expect(left.isEmpty)
    }
  }

  @Test func `files of others and of the future are refused, with what to do`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: SweepStore.fileName).path
      _ = try await Tool.run("sqlite3", [path, "create table combination (x)"])
      let foreign = #expect(throws: SweepError.self) { try SweepStore(folder.path) }
      #expect(foreign?.message.contains("belongs to another program") == true)
      try FileManager.default.removeItem(atPath: path)
      try SweepStore(folder.path).close()
      _ = try await Tool.run("sqlite3", [path, "pragma user_version = 99"])
      let newer = #expect(throws: SweepError.self) { try SweepStore(folder.path) }
      #expect(newer?.message.contains("newer version") == true)
      try Data("no database at all, but long enough".utf8).write(to: URL(filePath: path))
      #expect(throws: SweepError.self) { try SweepStore(folder.path) }
    }
  }

  @Test func `nothing is made only to look`() throws {
    try TemporaryFolder.withFolder { folder in
      let options = SweepStoreOptions().with { $0.isReadOnly = true }
      let none = folder.appending(component: "none").path
      let error = #expect(throws: SweepError.self) { try SweepStore(none, options: options) }
      #expect(error?.message.contains("convoke sweep init") == true)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }
}
