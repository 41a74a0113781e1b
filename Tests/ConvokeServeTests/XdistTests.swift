import ConvokeProcess
import Foundation
import Testbed
import Testing

/// pytest-xdist, from PyPI, distributes a suite of 300 tests over the server.
@Suite struct XdistTests {
  /// What a run of pytest said.
  private struct Report {
    var status: Outcome
    var text: String

    /// The tests that passed, by the class they belong to, with the workers that ran them.
    var workersOfClasses: [String: Set<String>] {
      var workers: [String: Set<String>] = [:]
      for line in self.text.split(separator: "\n") where line.contains(" PASSED ") {
        let parts = line.split(separator: " ")
        guard let worker = parts.first, let name = parts.last else { continue }
        let scope = name.split(separator: "::").dropLast().joined(separator: "::")
        workers[scope, default: []].insert(String(worker))
      }
      return workers
    }
  }

  private static let files = 10

  /// Ten files of three classes of ten tests; the tests with a number in `crashing` end their worker,
  /// a moment late: pytest-xdist fails inside when it sends to a worker just after its crash, and it
  /// sends as earlier tests of that worker end.
  private static func writeSuite(into folder: URL, crashing: Set<Int> = []) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("".utf8).write(to: folder.appending(path: "pytest.ini"))
    for file in 0..<Self.files {
      let crash = crashing.contains(file) ? "time.sleep(0.3); os._exit(7)" : "pass"
      let text = """
        import os
        import pytest
        import time

        class TestArithmetic:
            @pytest.mark.parametrize("number", range(10))
            def test_sum(self, number):
                print("x" * 1000)
                assert number + \(file) == \(file) + number

        class TestText:
            @pytest.mark.parametrize("number", range(10))
            def test_repeat(self, number):
                assert len("ab" * number) == 2 * number

        class TestEnvironment:
            @pytest.mark.parametrize("number", range(10))
            def test_worker(self, number):
                assert os.environ["PYTEST_XDIST_WORKER"].startswith("gw")
                if number == 5:
                    \(crash)

        """
      try Data(text.utf8).write(to: folder.appending(path: "test_part\(file).py"))
    }
  }

  private static func run(
    _ arguments: [String],
    crashing: Set<Int> = [],
    count: Int = 2
  ) async throws -> Report {
    try await ServeProgram.serving { server in
      let suite = server.folder.appending(path: "suite")
      try self.writeSuite(into: suite, crashing: crashing)
      let words =
        ["-m", "pytest", "-p", "no:cacheprovider"]
        + ["--tx", "\(count)*socket=127.0.0.1:\(server.port)", "--rsyncdir", suite.path]
        + arguments + [suite.path]
      let result = await Command(arguments: [Tool.execnetPython] + words).with {
        $0.directory = suite.path
        $0.deadline = .seconds(100)
      }.run()
      return Report(status: result.outcome, text: result.stdout.text + result.stderr.text)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a suite passes`() async throws {
    let report = try await Self.run(["--dist", "load"])
    #expect(report.status == .exited(0), "\(report.text.suffix(2000))")
    #expect(report.text.contains(" 300 passed"))
  }

  @Test(.timeLimit(.minutes(3)))
  func `workers that crash are replaced`() async throws {
    let report = try await Self.run(["--dist", "load"], crashing: [1, 4, 7])
    #expect(report.status == .exited(1), "\(report.text.suffix(2000))")
    #expect(report.text.contains(" 3 failed, 297 passed"), "\(report.text.suffix(2000))")
    #expect(report.text.contains("crashed while running"))
  }

  @Test(.timeLimit(.minutes(3)))
  func `classes stay together`() async throws {
    let report = try await Self.run(["--dist", "loadscope", "-v"])
    #expect(report.status == .exited(0), "\(report.text.suffix(2000))")
    let workers = report.workersOfClasses
    #expect(workers.count == 3 * Self.files)
    #expect(workers.values.allSatisfy { $0.count == 1 })
    #expect(Set(workers.values.joined()) == ["[gw0]", "[gw1]"])
  }

  // pytest-xdist 3.8.0 hangs here when it replaces the worker, also with processes of its own:
  // https://github.com/pytest-dev/pytest-xdist/issues/1378
  @Test(.timeLimit(.minutes(3)))
  func `a crash is reported while classes stay together`() async throws {
    let report = try await Self.run(
      ["--dist", "loadscope", "--max-worker-restart=0"],
      crashing: [5]
    )
    #expect(report.status == .exited(1), "\(report.text.suffix(2000))")
    #expect(report.text.contains(" 1 failed, "), "\(report.text.suffix(2000))")
    #expect(report.text.contains("crashed while running"))
  }
}
