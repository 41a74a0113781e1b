import ConvokeProcess
import Synchronization

/// A worker's file made ready to be sent: checked, hashed and compressed.
struct Shipment: Sendable {
  /// What its head says.
  var header: ProgramHeader
  /// Its size, in bytes.
  var size: Int
  /// Its SHA-256, in hexadecimal.
  var hash: String

  private let path: String

  /// The file, compressed by gzip(1); made when a host needs it.
  func compressed() async throws -> [UInt8] {
    try await Self.store.value(for: "gzip " + self.hash) {
      let command = Command("gzip", "-c", "-n", "-6", "--", self.path).with {
        $0.stdout.keep = .everything
      }
      let result = try await command.run().throwOnFailure()
      return result.stdout.bytes
    }
  }

  /// The file as it is, for hosts without gzip.
  func plain() async throws -> [UInt8] {
    let command = Command("cat", "--", self.path).with { $0.stdout.keep = .everything }
    return try await command.run().throwOnFailure().stdout.bytes
  }

  /// Prepares a file; one that did not change since the last time is known already.
  ///
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/notStarted`` for a program that cannot run
  ///   anywhere else.
  static func prepare(_ file: WorkerFile) async throws -> Shipment {
    let header = try ProgramHeader.read(file.path)
    guard header.isStatic else {
      throw GatewayError(
        .notStarted,
        "\(file.path) needs shared libraries, which the host may not have: build it with "
          + "--static-swift-stdlib -Xswiftc -static-executable"
      )
    }
    let stamp = try FileStamp(file.path)
    let hash = try await self.store.value(for: "hash \(stamp)") {
      let command = Command("sha256sum", "--", file.path)
      let line = try await command.run().throwOnFailure().stdout.trimmedText
      return Array(line.utf8.prefix(64))
    }
    return Shipment(
      header: header,
      size: stamp.size,
      hash: String(decoding: hash, as: UTF8.self),
      path: file.path
    )
  }

  private init(header: ProgramHeader, size: Int, hash: String, path: String) {
    self.header = header
    self.size = size
    self.hash = hash
    self.path = path
  }

  private static let store = OnceStore()
}
