import Foundation

/// Runs the body and then the clean-up, whether the body throws or not; the body's error wins.
package func afterwards<Answer>(
  _ body: () async throws -> Answer,
  cleanUp: () async throws -> Void
) async throws -> Answer {
  let outcome: Result<Answer, any Error>
  do {
    outcome = .success(try await body())
  } catch {
    outcome = .failure(error)
  }
  do {
    try await cleanUp()
  } catch {
    if case .success = outcome { throw error }
  }
  return try outcome.get()
}

func lines(of file: URL) throws -> [String] {
  try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
}
