import Foundation

/// The processes of this machine, as `/proc` shows them; those of network namespaces included.
package enum ProcessTable {
  /// The numbers of the live processes with a marker in their command line or environment.
  ///
  /// Zombies and the process that asks are left out. Only root sees the environment of others.
  package static func processesLeft(matching marker: String) throws -> [Int32] {
    let wanted = Data(marker.utf8)
    return try FileManager.default.contentsOfDirectory(atPath: "/proc")
      .compactMap { Int32($0) }
      .filter { $0 != ProcessInfo.processInfo.processIdentifier && self.isAlive($0) }
      .filter { pid in
        ["cmdline", "environ"].contains { self.read(pid, $0).range(of: wanted) != nil }
      }
      .sorted()
  }

  /// The live processes with a marker once there are as many, or those there are after 20 seconds.
  ///
  /// One that is within execve(2) shows neither command line nor environment for a moment.
  package static func processes(
    matching marker: String,
    atLeast count: Int
  ) async throws -> [Int32] {
    var found: [Int32] = []
    _ = try await eventually(within: .seconds(20)) {
      found = try self.processesLeft(matching: marker)
      return found.count >= count
    }
    return found
  }

  /// Whether a command with the marker has left nothing.
  ///
  /// Its watchdog on a host may be named after it, and ends a moment later; everything else must
  /// be gone at once.
  package static func isEmpty(of marker: String) async throws -> Bool {
    let isWatchdog = { (pid: Int32) in
      self.commandLine(of: pid).contains { $0.contains("CONVOKE-START:") }
    }
    let left = try self.processesLeft(matching: marker)
    guard left.allSatisfy({ isWatchdog($0) || !self.isAlive($0) }) else { return false }
    return try await eventually(within: .seconds(20)) {
      try self.processesLeft(matching: marker).isEmpty
    }
  }

  /// Whether a process exists and is not a zombie.
  package static func isAlive(_ pid: Int32) -> Bool {
    // The state follows the name, which is in parentheses and may hold anything.
    let status = String(decoding: self.read(pid, "stat"), as: UTF8.self)
    guard let end = status.lastIndex(of: ")") else { return false }
    return !["Z", "X"].contains(status[end...].dropFirst(2).prefix(1))
  }

  /// The words of the command line of a process; none if it is gone.
  package static func commandLine(of pid: Int32) -> [String] {
    self.read(pid, "cmdline").split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The parent of a process, its parent, and so on, as far as they live.
  package static func ancestors(of pid: Int32) -> [Int32] {
    var result: [Int32] = []
    var next = self.parent(of: pid)
    while let pid = next, pid > 1 {
      result.append(pid)
      next = self.parent(of: pid)
    }
    return result
  }

  /// How many files a process has open.
  package static func descriptors(of pid: Int32) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0
  }

  private static func parent(of pid: Int32) -> Int32? {
    let status = String(decoding: self.read(pid, "stat"), as: UTF8.self)
    // The second word after the name.
    guard let end = status.lastIndex(of: ")") else { return nil }
    return status[end...].split(separator: " ").dropFirst(2).first.flatMap { Int32($0) }
  }

  /// Whether a process has the network of this one, and not that of a host in a namespace.
  package static func isHere(_ pid: Int32) -> Bool {
    let link = { (process: String) in
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
    }
    return link("\(pid)") == link("self")
  }

  private static func read(_ pid: Int32, _ file: String) -> Data {
    // A process may end while it is looked at; then there is nothing to read.
    (try? FileHandle(forReadingFrom: URL(filePath: "/proc/\(pid)/\(file)")).readToEnd()) ?? Data()
  }
}
