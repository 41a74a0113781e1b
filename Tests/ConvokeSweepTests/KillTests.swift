import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

/// Promise 6: whatever is killed, everything is done, once, and nothing has to be unlocked.
@Suite(.timeLimit(.minutes(10))) struct KillTests {
  private let script = #filePath.replacing("KillTests.swift", with: "kill.py")

  @Test func `a thousand kills lose nothing`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let seed = UInt32.random(in: 0 ... .max)
      let result = try await Tool.run(
        "python3",
        [self.script, SweepProgramUnderTest.path, folder.path, "1000", "\(seed)"],
        environment: ["CONVOKE_CONFIG": ""]
      )
      try #require(result.status == 0, "seed \(seed): \(result.errors)")
      let counts = try ParameterValue(json: result.output.trimmingCharacters(in: .newlines))
      #expect(counts["kills"]?.number ?? 0 >= 1_000)
      #expect(counts["torn"]?.number ?? 0 > 5)
      #expect(counts["rounds"]?.number ?? 0 >= 1)
    }
  }

  @Test func `a full disk loses nothing`() async throws {
    // A file system of its own, in a mount namespace that ends with the shell.
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      let convoke = SweepProgramUnderTest.path
      let line = """
        mkdir -p \(at)/disk && mount -t tmpfs -o size=24m none \(at)/disk && cd \(at)/disk || exit 99
        echo 'parameters: {i: {range: [1, 400]}}' > sweep.yaml
        (while [ ! -e \(at)/enough ]; do
          cat /dev/zero > filler 2>/dev/null; sleep 0.1; rm -f filler; sleep 0.1
        done) &
        for run in 1 2 3 4 5 6 7 8; do
          \(convoke) sweep run -q -j 4 --retries exit=100 -- 'echo {i}' >> \(at)/words 2>&1 && break
        done
        touch \(at)/enough; wait
        \(convoke) sweep retry; \(convoke) sweep run -q -- 'echo {i}' && \(convoke) sweep status
        sqlite3 sweep.results/sweep.sqlite 'pragma integrity_check' \\
          "select count(*), count(distinct combination) from run where state = 'done'"
        """
      let result = try await Tool.run("unshare", ["--mount", "sh", "-c", line])
      let words = (try? String(contentsOfFile: "\(at)/words", encoding: .utf8)) ?? ""
      let lines = result.output.split(separator: "\n").suffix(3).map(String.init)
      #expect(
        lines == ["400 total, 400 done", "ok", "400|400"],
        "\(result.output) \(result.errors) \(words.suffix(2_000))"
      )
    }
  }

  @Test func `a worker that is stopped loses its combination, and its late end is refused`()
    async throws
  {
    try TemporaryFolder.withFolder { folder in
      let store = try SweepStore(
        folder.path,
        options: SweepStoreOptions().with {
          $0.lease = .zero
          $0.heartbeats = false
        }
      )
      try store.update(to: ["i": [1]])
      let lease = try #require(try store.next().first)
      let other = try SweepStore(folder.path)
      let second = try #require(try other.next().first)
      #expect(second.attempt == 2)
      #expect(try other.done(second, result: 2) == [.accepted])
      #expect(try store.done(lease, result: 1) == [.refused("the combination is done already")])
      #expect(try store.records()[0].result == 2)
    }
  }

  @Test func `what a killed process had is taken at once, long before its lease ends`() async throws
  {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      try Data("parameters: {i: [1]}\n".utf8).write(to: folder.appending(component: "sweep.yaml"))
      let line = """
        cd \(at); \(SweepProgramUnderTest.path) sweep run -q -- 'echo x >> log; exec sleep 100' &
        while [ ! -s log ]; do sleep 0.02; done; kill -9 $!; wait 2>/dev/null
        \(SweepProgramUnderTest.path) sweep run -q -- 'echo x >> log'; wc -l < log
        """
      let result = try await Tool.run("timeout", ["60", "sh", "-c", line])
      #expect(result.output == "1 total, 1 done\n2\n", "\(result.errors)")
    }
  }
}

/// The program `convoke` as it was built.
enum SweepProgramUnderTest {
  static let path: String = {
    let folder = Bundle.main.bundleURL.path
    if FileManager.default.fileExists(atPath: "\(folder)/convoke") { return "\(folder)/convoke" }
    return Tool.packageFolder.appending(path: ".build/debug/convoke").path
  }()
}
