import ConvokeProcess
import ConvokeWire
import Glibc

/// The directory that is copied, as it was found.
struct SourceTree: Sendable {
  /// One entry; a directory comes before what is in it.
  struct Entry: Sendable {
    var parent: Int
    var name: [UInt8]
    var kind: Int
    var mode = 0
    var changed = 0
    var size = 0
    var target: [UInt8] = []

    /// The entry as the far side reads it.
    var wire: WireValue {
      .tuple([
        .int(self.parent), .bytes(self.name), .int(self.kind), .int(self.mode), .int(self.changed),
        .int(self.size), .bytes(self.target),
      ])
    }
  }

  private(set) var entries: [Entry] = []
  private(set) var skipped: [SyncReport.Skip] = []
  private let root: BytePath
  private let roots: [[UInt8]]
  private let options: SyncOptions

  /// Reads the directory.
  init(_ source: String, _ options: SyncOptions) throws(SyncError) {
    self.root = BytePath(source)
    self.options = options
    guard let status = self.root.status(follows: true), let resolved = self.root.resolved() else {
      throw SyncError(.badSource, "cannot copy '\(source)': \(SystemError.text(errno))")
    }
    guard status.kind == S_IFDIR else {
      throw SyncError(.badSource, "cannot copy '\(source)': it is no directory")
    }
    self.roots = [resolved.bytes, Self.trimmed(self.root.bytes)].filter { $0.first == 47 }
    self.entries = [Self.directory(-1, [], status)]
    guard let names = self.root.names() else {
      throw SyncError(.badSource, "cannot read '\(source)': \(SystemError.text(errno))")
    }
    self.scan(names)
  }

  private static func trimmed(_ path: [UInt8]) -> [UInt8] {
    Array(path.prefix((path.lastIndex { $0 != 47 } ?? 0) + 1))
  }

  private static func directory(_ parent: Int, _ name: [UInt8], _ status: stat) -> Entry {
    Entry(
      parent: parent,
      name: name,
      kind: SyncProgram.Kind.directory,
      mode: Int(status.st_mode & 0o7777),
      changed: status.changed
    )
  }

  /// The path of an entry below the source; empty for the source itself.
  func path(_ index: Int) -> BytePath {
    var parts: [[UInt8]] = []
    var index = index
    while index > 0 {
      parts.append(self.entries[index].name)
      index = self.entries[index].parent
    }
    return BytePath(Array(parts.reversed().joined(separator: [47])))
  }

  /// The path of an entry on this machine.
  func localPath(_ index: Int) -> BytePath { self.root.appending(self.path(index).bytes) }

  // MARK: - Reading the directory

  // Depth first, without recursion: names wait on a stack.
  private mutating func scan(_ names: [[UInt8]]) {
    var stack: [(parent: Int, name: [UInt8])] = names.reversed().map { (0, $0) }
    while let (parent, name) = stack.popLast() {
      if Task.isCancelled { return }
      guard let index = self.add(parent, name) else { continue }
      guard let names = self.localPath(index).names() else {
        self.entries[index].kind = SyncProgram.Kind.kept
        self.skip(self.path(index), errno)
        continue
      }
      stack += names.reversed().map { (index, $0) }
    }
  }

  // Adds an entry; hands out its index if it is a directory to look into.
  private mutating func add(_ parent: Int, _ name: [UInt8]) -> Int? {
    let path = self.path(parent).appending(name)
    let local = self.localPath(parent).appending(name)
    guard let status = local.status() else {
      self.skip(path, errno)
      return nil
    }
    let kinds: [mode_t: SyncEntry.Kind] = [S_IFDIR: .directory, S_IFREG: .file, S_IFLNK: .link]
    guard let kind = kinds[status.kind] else {
      self.skipped.append(SyncReport.Skip(path: path.text, reason: .special))
      self.keep(parent, name)
      return nil
    }
    let entry = SyncEntry(path: path.text, kind: kind, size: Int(status.st_size))
    if let filter = self.options.filter, !filter(entry) {
      if !self.options.deletesFiltered { self.keep(parent, name) }
      return nil
    }
    switch kind {
    case .directory:
      self.entries.append(Self.directory(parent, name, status))
      return self.entries.count - 1
    case .file:
      var entry = Self.directory(parent, name, status)
      entry.kind = SyncProgram.Kind.file
      entry.size = Int(status.st_size)
      self.entries.append(entry)
    case .link:
      guard let target = local.linkTarget() else {
        self.skip(path, errno)
        return nil
      }
      self.entries.append(
        Entry(
          parent: parent,
          name: name,
          kind: SyncProgram.Kind.link,
          target: self.rerooted(target)
        )
      )
    }
    return nil
  }

  // What is not copied is not deleted over there either.
  private mutating func keep(_ parent: Int, _ name: [UInt8]) {
    self.entries.append(Entry(parent: parent, name: name, kind: SyncProgram.Kind.kept))
  }

  private mutating func skip(_ path: BytePath, _ error: Int32) {
    let hasVanished = error == ENOENT || error == ENOTDIR
    let reason: SyncReport.Skip.Reason =
      hasVanished ? .vanished : .unreadable(SystemError.text(error))
    self.skipped.append(SyncReport.Skip(path: path.text, reason: reason))
  }

  // A target inside the source becomes NUL and the path below it.
  private func rerooted(_ target: [UInt8]) -> [UInt8] {
    guard self.options.rerootsLinks else { return target }
    for root in self.roots {
      if target == root { return [0] }
      if target.starts(with: root + [47]) { return [0] + target.dropFirst(root.count + 1) }
    }
    return target
  }
}
