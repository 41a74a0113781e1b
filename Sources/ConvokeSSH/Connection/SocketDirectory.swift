internal import CConvokeSystem
import ConvokeProcess
import Glibc
import Synchronization

/// A private directory for control sockets, which tells when a socket appears in it.
///
/// The name of the directory is short: a socket path has 108 bytes (unix(7)), of which ssh needs 17
/// for the temporary name under which it makes the socket.
final class SocketDirectory: Sendable {
  private struct State {
    var waiters: [String: @Sendable () -> Void] = [:]
    var next = 0
  }

  /// The path of the directory, which only this user may enter.
  let path: String
  private let watcher: Int32
  private let state = Mutex(State())

  /// Makes the directory, or finds the one to share; `nil` if that is not possible.
  init?(isShared: Bool) {
    guard let path = isShared ? Self.shared() : Self.fresh() else { return nil }
    self.path = path
    let watcher = unsafe path.withCString { unsafe convoke_watch_directory($0) }
    self.watcher = watcher
    guard watcher >= 0 else { return nil }
    Reactor.shared.watch(watcher, for: .readable) { [weak self] _ in self?.read(watcher) }
  }

  /// A path for a socket that does not exist yet.
  func freshName() -> String {
    self.state.withLock { state in
      state.next += 1
      return String(state.next, radix: 36)
    }
  }

  /// Calls back when the socket of this name appears.
  func notify(_ name: String, _ job: @escaping @Sendable () -> Void) {
    self.state.withLock { $0.waiters[name] = job }
  }

  /// Waits for a name no longer.
  func forget(_ name: String) { self.state.withLock { _ = $0.waiters.removeValue(forKey: name) } }

  // inotify(7): four numbers, the last of which is the length of the name that follows.
  private func read(_ watcher: Int32) {
    guard case (.moved, let bytes) = Descriptor.read(watcher) else { return }
    var rest = bytes[...]
    while rest.count >= 16 {
      let length = rest.dropFirst(12).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      let name = String(
        decoding: rest.dropFirst(16).prefix(length).prefix { $0 != 0 },
        as: UTF8.self
      )
      rest = rest.dropFirst(16 + length)
      self.state.withLock { $0.waiters.removeValue(forKey: name) }?()
    }
  }

  // MARK: - Paths

  private static func fresh() -> String? {
    for base in [Self.variable("XDG_RUNTIME_DIR"), "/tmp", Self.variable("TMPDIR")] {
      guard let base, base.utf8.count < 50, unsafe access(base, W_OK) == 0 else { continue }
      var template = Array("\(base)/convoke-\(getpid())-XXXXXX".utf8CString)
      let made = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
        guard let start = buffer.baseAddress, let path = unsafe mkdtemp(start) else { return nil }
        return unsafe String(cString: path)
      }
      guard let made else { continue }
      Self.removeAbandoned(in: base)
      return made
    }
    return nil
  }

  private static func shared() -> String? {
    let base = Self.variable("XDG_RUNTIME_DIR") ?? "/tmp"
    let path = "\(base)/convoke-ssh-\(getuid())"
    unsafe _ = mkdir(path, 0o700)
    var status = stat()
    // Somebody else's directory could hold somebody else's sockets.
    guard unsafe lstat(path, &status) == 0, status.st_uid == getuid(),
      status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o077 == 0
    else { return nil }
    return path
  }

  // Programs that were killed leave their directory behind; the next one clears it away.
  private static func removeAbandoned(in base: String) {
    for name in self.names(in: base) {
      let parts = name.split(separator: "-")
      guard parts.count == 3, parts[0] == "convoke", let pid = Int32(parts[1]) else { continue }
      guard kill(pid, 0) != 0, errno == ESRCH else { continue }
      if self.isOld("\(base)/\(name)") { self.clear("\(base)/\(name)") }
    }
  }

  // A process of another container may share the folder and be alive, unseen from here.
  private static func isOld(_ path: String) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_uid == getuid() else { return false }
    return status.st_mode & S_IFMT == S_IFDIR
      && Double(status.st_mtim.tv_sec) + 86_400 < Timestamp.now.seconds
  }

  private static func clear(_ path: String) {
    for name in self.names(in: path) { unsafe _ = unlink("\(path)/\(name)") }
    unsafe _ = rmdir(path)
  }

  private static func names(in path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Removes the directory with what is left in it, and ends the watch.
  func remove() {
    Reactor.shared.unwatch(self.watcher)
    Descriptor.close(self.watcher)
    Self.clear(self.path)
  }
}
