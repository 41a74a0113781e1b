import ConvokeProcess
import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct JournalTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func `a run is written down while it goes on, and tells its failed hosts`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "journal").path
      let hosts = [
        Host("a", user: "ann", transport: .local, options: ["X": "y"]),
        Host("b", transport: .local),
        Host("b", transport: .local),
      ]
      let options = FleetOptions().with { $0.keepOutput = .init(head: 1, tail: 1) }
      let journal = try FleetJournal(path: path)
      let report = await Fleet.local(hosts).perform(
        .run("echo out {rank}; echo err >&2; exit {rank}"),
        options: options.with { $0.journal = journal }
      )
      #expect(journal.failure == nil)
      #expect(try self.text("\(path)/hosts/a/stdout") == "out 0\n")
      #expect(try self.text("\(path)/hosts/b.2/stdout") == "out 2\n")
      #expect(try self.text("\(path)/hosts/b.1/stderr") == "err\n")
      let contents = try FleetJournal.contents(of: path)
      #expect(contents.failedHosts == [hosts[1], hosts[2]])
      #expect(contents.succeededHosts == [hosts[0]])
      #expect(contents.run.status == report.status)
      #expect(contents.run.totals == ["exited": 3])
      #expect(contents.results["hosts/b.2"]?.exitCode == 2)
      #expect(contents.results["hosts/b.2"]?.stdout == nil)
    }
  }

  @Test func `a run that was killed has failed where no outcome was written`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let hosts = Host.numbered(3)
      let journal = try FleetJournal(path: folder.path)
      journal.begin(.run("true"), on: hosts, run: RunID())
      journal.note(.notStarted(FleetMember(hosts[0], rank: 0), .run("true"), "x"))
      let result = await Command("true").run()
      journal.note(FleetResult(FleetMember(hosts[1], rank: 1), result))
      let contents = try FleetJournal.contents(of: folder.path)
      #expect(contents.failedHosts == [hosts[0], hosts[2]])
      #expect(contents.run.ended == nil)
    }
  }

  @Test func `the parts of an action have folders of their own, and one run replaces another`()
    async throws
  {
    try await TemporaryFolder.withFolder { folder in
      for line in ["false", "true"] {
        let journal = try FleetJournal(path: folder.path)
        let action = FleetAction.sequence([.run(line), .parallel([.run("echo {host}")])])
        _ = await Fleet.local(2).perform(
          action,
          options: FleetOptions().with { $0.journal = journal }
        )
        let contents = try FleetJournal.contents(of: folder.path)
        #expect(contents.run.members.map(\.step) == [[0], [0], [1, 0], [1, 0]])
        #expect(contents.failedHosts.count == (line == "false" ? 2 : 0))
      }
      #expect(try self.text("\(folder.path)/steps/1.0/hosts/n1/stdout") == "n1\n")
    }
  }

  @Test func `what is no journal is refused`() throws {
    let read = #expect(throws: FleetError.self) { try FleetJournal.contents(of: "/nowhere") }
    #expect(read?.code == .journal)
    let made = #expect(throws: FleetError.self) { try FleetJournal(path: "/dev/null/x") }
    #expect(made?.code == .journal)
  }

  @Test func `a name that would leave its folder does not`() {
    let names = FolderNames([Host("../x"), Host(".."), Host("a/b")])
    let folders = ["../x", "..", "a/b"].map { names.folder(of: FleetMember(Host($0), rank: 0)) }
    #expect(folders == ["..%2Fx", "_..", "a%2Fb"])
  }
}
