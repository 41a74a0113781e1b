import ConvokeProcess
import Foundation
import Testbed
import Testing

/// What becomes of jobs and of runs whose controller was killed.
@Suite(.timeLimit(.minutes(2))) struct KilledControllerTests {
  private static func options(_ hosts: String) throws -> [String] {
    ["-w", hosts, "--ssh-config", try SSHFleet.shared().configFile]
  }

  @Test(arguments: ["local*6", "host-[0001-0006]"])
  func `a controller killed while it starts jobs leaves whole jobs or none`(
    _ hosts: String
  ) async throws {
    try await JobProgram.with { jobs async throws in
      let place = try hosts.hasPrefix("local") ? ["-w", hosts] : Self.options(hosts)
      for round in 0..<6 {
        let start = jobs.command(
          ["run", "--detach", "--name", "k\(round)"] + place,
          "echo whole; exit 3"
        )
        // Some are killed before the first job, some in the middle, some after the last one.
        let line = "\(start) & sleep 0.\(round * 7 + 10); kill -9 $!"
        _ = await Command("bash", "-c", line).run()
      }
      let all = place + ["--json"]
      let isOver = try await eventually(within: .seconds(40)) {
        let output = await jobs.run(["jobs"] + all).output
        return !output.contains("\"state\":\"starting\"") && !output.contains("\"running\"")
      }
      #expect(isOver)
      let events = await jobs.run(["jobs"] + all).output.split(separator: "\n")
        .filter { $0.contains("\"event\":\"job\"") }
      for event in events {
        #expect(event.contains("\"state\":\"ended\",") && event.contains("\"code\":3"), "\(event)")
        #expect(event.contains("\"stdout\":6"), "\(event)")
      }
      let removed = await jobs.run(["jobs", "--prune"] + all).output.split(separator: "\n")
        .count { $0.contains("\"event\":\"job\"") }
      #expect(removed == events.count)
      let folders = try FileManager.default.subpathsOfDirectory(atPath: jobs.folder.path)
      #expect(folders.allSatisfy { !$0.contains("k") || $0.hasSuffix("host") }, "\(folders)")
    }
  }

  @Test func `what left its session is found by the run of a killed controller`() async throws {
    try await JobProgram.with { jobs async throws in
      let mark = "600.\(UInt32.random(in: 1_000_000..<9_999_999))"
      let left = { (count: Int) throws -> Bool in
        try ProcessTable.processesLeft(matching: "\0\(mark)\0").count == count
      }
      let hosts = try Self.options("host-[0001-0003]")
      let save = jobs.folder.appending(component: "save").path
      let line = "setsid sleep \(mark) >/dev/null 2>&1 & sleep \(mark)"
      let start = jobs.command(["run", "--save", save] + hosts, line)
      try await start.start { process async throws in
        #expect(try await eventually(within: .seconds(30)) { try left(6) })
        kill(try #require(process.id), SIGKILL)
        // The watchdog ends what is in the group, and cannot end what has left it.
        #expect(try await eventually(within: .seconds(10)) { try left(3) })
      }
      let journal = try String(contentsOfFile: "\(save)/run.json", encoding: .utf8)
      let run = try #require(journal.firstMatch(of: /"run" : "([a-z0-9]+)"/)?.1)
      let look = await jobs.run(["reap", "--dry-run", "--run", String(run)] + hosts)
      #expect(look.status == 0)
      #expect(look.output.hasPrefix("host-000") && look.output.contains(": run \(run): found\n"))
      #expect(look.output.contains(" sleep \(mark)\n"))
      #expect(try left(3))
      let reap = await jobs.run(["reap", "--run", String(run)] + hosts)
      #expect(reap.status == 0 && reap.output.contains(": run \(run): ended\n"), "\(reap)")
      #expect(try left(0))
      let again = await jobs.run(["reap", "--run", String(run)] + hosts)
      #expect(again == .init(status: 0, output: "", errors: "convoke: nothing is left\n"))
    }
  }

  @Test func `a job over ssh goes on without its controller, and is fetched by another`()
    async throws
  {
    try await JobProgram.with { jobs async throws in
      let hosts = try Self.options("host-[0001-0004]")
      let go = jobs.folder.appending(component: "go").path
      let line =
        "until [ -e \(go) ]; do sleep 0.1; done; head -c 300000 /dev/zero | tr '\\0' {rank}"
      #expect(await jobs.run(["run", "--detach", "--name", "j"] + hosts, line).status == 0)
      let follow = jobs.command(["logs", "-f"] + hosts + ["j"])
      try await follow.start { process async throws in
        let reads = {
          try ProcessTable.processesLeft(matching: "convoke-logs\0\(jobs.folder.path)")
        }
        #expect(try await eventually(within: .seconds(20)) { try reads().count >= 4 })
        kill(try #require(process.id), SIGKILL)
        #expect(try await eventually(within: .seconds(40)) { try reads().isEmpty })
      }
      try Data().write(to: URL(filePath: go))
      let save = jobs.folder.appending(component: "save").path
      let wait = await jobs.run(["wait", "-q", "--save", save] + hosts + ["j"])
      #expect(wait.status == 0, "\(wait.errors)")
      for rank in 0..<4 {
        let path = "\(save)/hosts/host-000\(rank + 1)/stdout"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == String(repeating: "\(rank)", count: 300_000))
      }
    }
  }

  @Test(arguments: ["python", "swift"])
  func `a job that was started through a worker outlives it`(_ worker: String) async throws {
    try await JobProgram.with { jobs async throws in
      var jobs = jobs
      jobs.program.environment["CONVOKE_WORKER"] = try StaticPrograms.worker()
      let hosts = try Self.options("host-[0001-0002]") + ["--worker", worker]
      let go = jobs.folder.appending(component: "go").path
      let line = "until [ -e \(go) ]; do sleep 0.1; done; echo $CONVOKE_RUN; exit {rank}"
      let start = await jobs.run(["run", "--detach", "--name", "w"] + hosts, line)
      #expect(start.status == 0, "\(start)")
      let table = await jobs.run(["jobs"] + hosts)
      #expect(table.output.contains("host-[0001-0002] (2)  w     running"), "\(table)")
      try Data().write(to: URL(filePath: go))
      let wait = await jobs.run(["wait"] + hosts + ["w"])
      let run = try #require(start.output.firstMatch(of: /run ([a-z0-9]+)\n/)?.1)
      #expect(sortedLines(wait.output) == ["host-0001: \(run)", "host-0002: \(run)"], "\(wait)")
      #expect(wait.status == 1)
    }
  }
}
