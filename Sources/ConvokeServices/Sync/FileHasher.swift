import ConvokeProcess

/// SHA-256 of local files, by the program `sha256sum`.
enum FileHasher {
  /// Hashes files.
  ///
  /// - Parameter paths: The files.
  /// - Returns: The hashes in hexadecimal; files that cannot be read are missing.
  /// - Throws: ``SyncError`` with code ``SyncError/Code/notHashed``; `CancellationError`.
  static func hashes(of paths: [BytePath]) async throws -> [BytePath: String] {
    if paths.isEmpty { return [:] }
    // xargs, because a name that is no UTF-8 cannot be an argument of a Command.
    let command = Command("xargs", "-0", "sha256sum", "--").with {
      $0.input = .bytes(Array(paths.map(\.bytes).joined(separator: [0])))
      $0.stdout.keep = .everything
      $0.accepting = .all
    }
    let result = await command.run()
    try Task.checkCancellation()
    // 123: some file could not be read (xargs(1), EXIT STATUS).
    guard [.exited(0), .exited(123)].contains(result.outcome) else {
      throw SyncError(.notHashed, "sha256sum \(result.outcome): \(result.stderr.trimmedText)")
    }
    var hashes: [BytePath: String] = [:]
    for line in result.stdout.bytes.split(separator: UInt8(ascii: "\n")) {
      if let (path, hash) = Self.read(line) { hashes[path] = hash }
    }
    return hashes
  }

  // A hash, two characters, a name; with a backslash in front if the name has escapes: sha256sum(1).
  private static func read(_ line: ArraySlice<UInt8>) -> (BytePath, String)? {
    let isEscaped = line.first == UInt8(ascii: "\\")
    let line = isEscaped ? line.dropFirst() : line
    guard line.count > 66 else { return nil }
    let hash = String(decoding: line.prefix(64), as: UTF8.self)
    let name = Array(line.dropFirst(66))
    return (BytePath(isEscaped ? Self.unescaped(name) : name), hash)
  }

  private static func unescaped(_ name: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var isAfterBackslash = false
    for byte in name {
      if isAfterBackslash {
        switch byte {
        case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
        default: result.append(byte)
        }
        isAfterBackslash = false
      } else if byte == UInt8(ascii: "\\") {
        isAfterBackslash = true
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
