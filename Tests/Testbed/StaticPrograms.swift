import Foundation

/// Programs of this package as static files, which run on any host.
package enum StaticPrograms {
  /// The path of the worker that comes with Convoke.
  ///
  /// `scripts/test` builds it beforehand; otherwise the first test that asks does.
  package static func worker() throws -> String { try self.workerPath.get() }

  private static let workerPath = Result {
    if let path = ProcessInfo.processInfo.environment["CONVOKE_TEST_WORKER"] { return path }
    return try Tool.runScriptAndWait("build-worker", [])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
