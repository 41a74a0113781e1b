package import Foundation

/// Folders that last as long as one scope.
package enum TemporaryFolder {
  /// Calls the body with a fresh empty folder that every user may enter, and deletes it afterwards.
  package static func withFolder<Answer>(_ body: (URL) throws -> Answer) throws -> Answer {
    let folder = try self.make()
    defer { self.remove(folder) }
    return try body(folder)
  }

  /// Calls the body with a fresh empty folder that every user may enter, and deletes it afterwards.
  package static func withFolder<Answer>(
    in parent: URL = FileManager.default.temporaryDirectory,
    _ body: (URL) async throws -> Answer
  ) async throws -> Answer {
    let folder = try self.make(in: parent)
    defer { self.remove(folder) }
    return try await body(folder)
  }

  static func make(in parent: URL = FileManager.default.temporaryDirectory) throws -> URL {
    let folder =
      parent
      .appending(component: "convoke-\(UUID().uuidString.prefix(8).lowercased())")
    try FileManager.default.createDirectory(
      at: folder,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o755]
    )
    return folder
  }

  private static func remove(_ folder: URL) {
    // What cannot be deleted stays in the system's own folder for temporary files.
    try? FileManager.default.removeItem(at: folder)
  }
}
