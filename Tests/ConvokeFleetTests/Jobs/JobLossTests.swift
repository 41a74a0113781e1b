import ConvokeProcess
import Foundation
import Testbed
import Testing

@testable import ConvokeFleet

/// Jobs whose keepers, folders and disks fare badly.
@Suite(.timeLimit(.minutes(1))) struct JobLossTests {
  private func keeper(_ yard: JobYard) async throws -> Int32 {
    let words = try await yard.file("n0", "keeper").split(separator: " ")
    return try #require(words.first.flatMap { Int32($0) })
  }

  @Test func `a job whose keeper was killed is lost, and its output is there`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("echo here; exec sleep 60")
      #expect(try await eventually { try await yard.file("n0", "stdout") == "here\n" })
      kill(try await self.keeper(yard), SIGKILL)
      #expect(try await eventually { await yard.state() == .lost(isAlive: true) })
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(result.outcome.failure?.kind == .jobLost)
      #expect(result.outcome.failure?.message.contains("still runs, but nobody watches") == true)
      #expect(result.result.stdout.text == "here\n")
      // It cannot be removed while it runs, but it can be ended.
      let early = await yard.fleet.pruneJobs(named: yard.name, options: yard.options).results[0]
      #expect(early.outcome.failure?.kind == .jobState)
      #expect(await yard.fleet.pruneJobs(options: yard.options).results[0].jobs.isEmpty)
      let reaped = await yard.fleet.reap(jobs: [yard.name], options: yard.options).results[0]
      #expect(reaped.leftovers.map(\.state) == [.ended])
      #expect(await yard.state() == .lost(isAlive: false))
      let removed = await yard.fleet.pruneJobs(options: yard.options).results[0].jobs
      #expect(removed.map(\.name) == [yard.name.text])
      #expect(await yard.fleet.jobs(options: yard.options).results[0].jobs.isEmpty)
    }
  }

  @Test func `a job that is killed with its keeper has no outcome, and says so`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("echo here; exec sleep 60")
      #expect(try await eventually { try await yard.file("n0", "stdout") == "here\n" })
      let follow = JobLogOptions().with { $0.follows = true }
      async let report = yard.fleet.logs(of: yard.name, log: follow, options: yard.options)
      for pid in try ProcessTable.processesLeft(matching: "/\(yard.name)") where pid != getpid() {
        kill(pid, SIGKILL)
      }
      let failure = await report.results[0].outcome.failure
      #expect(failure?.kind == .jobLost)
      #expect(await yard.state() == .lost(isAlive: false))
    }
  }

  @Test func `a number that is used again is not taken for the job`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("exec sleep 60")
      // As if both had ended, and others had got their numbers.
      let path = await yard.path("n0")
      try Data("\(getpid()) 1:boot 1\n".utf8).write(to: URL(filePath: "\(path)/keeper"))
      try Data("\(getpid()) 1:boot\n".utf8).write(to: URL(filePath: "\(path)/leader"))
      #expect(await yard.state() == .lost(isAlive: false))
      let report = await yard.fleet.signal(.kill, job: yard.name, options: yard.options)
      #expect(report.results[0].outcome.failure?.kind == .jobState)
    }
  }

  @Test func `garbage in the folder of a job is a lost job, and is removed`() async throws {
    try await JobYard.withLocal { yard async throws in
      let garbage: [[String: [UInt8]]] = [
        [:],
        ["keeper": [0, 255, 10], "leader": Array("x y z".utf8), "outcome": [0xc3]],
        ["keeper": Array("-1 1".utf8), "leader": Array("1".utf8), "job.json": Array("{}".utf8)],
        ["job.json": Array("{\"version\":2}\n".utf8), "outcome": Array("1 2 3 exited\n".utf8)],
        ["outcome": Array("now much more vanished\n".utf8), "run": Array("A B".utf8)],
        ["job.json": Array(repeating: 0xfe, count: 100_000), "stdout": [1, 2, 3]],
      ]
      let root = await yard.path("n0", "g")
      for (number, files) in garbage.enumerated() {
        let path = "\(root)\(number)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }
      }
      try FileManager.default.createDirectory(
        atPath: "\(root) odd",
        withIntermediateDirectories: true
      )
      let jobs = await yard.fleet.jobs(options: yard.options).results[0].jobs
      #expect(jobs.map(\.name) == garbage.indices.map { "g\($0)" })
      #expect(jobs.allSatisfy { $0.state == .lost(isAlive: false) }, "\(jobs)")
      let last = await yard.fleet.logs(of: try JobName("g5"), options: yard.options).results[0]
      #expect(last.result.stdout.bytes == [1, 2, 3])
      #expect(await yard.fleet.pruneJobs(options: yard.options).results[0].jobs.count == 6)
      #expect(await yard.fleet.jobs(options: yard.options).results[0].jobs.isEmpty)
    }
  }

  @Test func `output that has become shorter is not taken for whole`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("seq 1000")
      try await yard.waitUntilOver()
      try Data("1\n".utf8).write(to: URL(filePath: await yard.path("n0") + "/stdout"))
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(
        result.outcome.failure?.message.contains("stdout has 2 bytes, but there were 3893") == true
      )
      #expect(await yard.state() == .ended(.exited(0)))
    }
  }

  @Test(arguments: ["8k", "16k", "20k", "24k"])
  func `a full disk refuses the job or keeps its outcome`(_ size: String) async throws {
    try await JobYard.withLocal { yard async throws in
      let mount = Command("mount", "-t", "tmpfs", "-o", "size=\(size)", "none", yard.folder.path)
      try await mount.run().throwOnFailure()
      let report = await yard.fleet.perform(
        .detach(.shell("head -c 100000 /dev/zero; exit 9"), as: yard.name),
        options: yard.options
      )
      if report.isOK {
        try await yard.waitUntilOver()
        let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
        #expect(result.outcome == .exited(9))
        #expect(result.result.stdout.count < 100_000)
      } else {
        #expect(report.results[0].outcome.failure?.kind == .jobsNotUsable, "\(report.failures)")
        // What did not fit is not left there.
        let names = try FileManager.default.subpathsOfDirectory(atPath: yard.folder.path)
        #expect(names.allSatisfy { !$0.contains(yard.name.text) }, "\(names)")
      }
      try await Command("umount", yard.folder.path).run().throwOnFailure()
      if size == "8k" { #expect(!report.isOK) }
      if size == "24k" { #expect(report.isOK) }
    }
  }

  @Test func `a folder that cannot be made is told with the words of the host`() async throws {
    try await JobYard.withLocal { yard async throws in
      try Data().write(to: yard.folder.appending(component: "file"))
      let options = yard.options.with { $0.jobsFolder = "\(yard.folder.path)/file" }
      let report = await yard.fleet.perform(
        .detach(.shell("true"), as: yard.name),
        options: options
      )
      let failure = report.results[0].outcome.failure
      #expect(failure?.kind == .jobsNotUsable)
      #expect(failure?.message.contains("Not a directory") == true)
    }
  }
}
