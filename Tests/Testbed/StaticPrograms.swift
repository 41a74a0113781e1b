import Foundation

/// Programs of this package as static files, which run on any host.
package enum StaticPrograms {
  /// The path of the worker that comes with Convoke.
  ///
  /// `scripts/test` builds both beforehand; otherwise the first test that asks does.
  package static func worker() throws -> String { try self.workerPath.get() }

  /// The path of the worker that has the tasks and actors of the tests.
  package static func fixture() throws -> String { try self.fixturePath.get() }

  private static let workerPath = Result { try path(of: "convoke-worker") }
  private static let fixturePath = Result { try path(of: "WorkerFixture") }

  /// The path of a product of the package.
  package static func path(of product: String) throws -> String {
    if let folder = ProcessInfo.processInfo.environment["CONVOKE_TEST_PROGRAMS"] {
      return "\(folder)/\(product)"
    }
    return try Tool.runScriptAndWait("build-worker", [product])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
