import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Glibc

// MARK: - Files

extension SyncRun {
  private static var piece: Int { 256 << 10 }
  /// Files up to this size are read, hashed and sent at once.
  private static var small: Int { 64 << 10 }

  /// Sends what the targets want, in the order of the source; hands out what was left out.
  func sendFiles(
    _ tree: SourceTree,
    _ conversations: [SyncConversation]
  ) async throws -> [SyncReport.Skip] {
    let wanted = Set(conversations.flatMap(\.wanted)).sorted()
    let batches = self.batches(of: wanted, tree)
    var skipped: [SyncReport.Skip] = []
    // While a batch is sent, the next one is hashed.
    var hashes = try await self.hashes(batches.first ?? [], tree)
    for (number, batch) in batches.enumerated() {
      let next = number + 1 < batches.count ? batches[number + 1] : []
      async let nextHashes = self.hashes(next, tree)
      for index in batch {
        if let reason = try await self.send(tree, index, hashes, conversations) {
          let skip = SyncReport.Skip(path: tree.path(index).text, reason: reason)
          self.options.onEvent?(.skipped(skip))
          skipped.append(skip)
        }
      }
      hashes = try await nextHashes
    }
    return skipped
  }

  private func batches(of wanted: [Int], _ tree: SourceTree) -> [[Int]] {
    var batches: [[Int]] = []
    var bytes = Int.max
    for index in wanted where tree.entries.indices.contains(index) {
      if bytes > 32 << 20 || (batches.last?.count ?? 0) >= 200 {
        batches.append([])
        bytes = 0
      }
      batches[batches.count - 1].append(index)
      bytes += tree.entries[index].size
    }
    return batches
  }

  private func hashes(_ batch: [Int], _ tree: SourceTree) async throws -> [BytePath: String] {
    let large = batch.filter { tree.entries[$0].size > Self.small }
    return try await FileHasher.hashes(of: large.map { tree.localPath($0) })
  }

  // Sends one file to all who want it; hands out why it could not be sent, if so.
  private func send(
    _ tree: SourceTree,
    _ index: Int,
    _ hashes: [BytePath: String],
    _ conversations: [SyncConversation]
  ) async throws -> SyncReport.Skip.Reason? {
    if tree.entries[index].size <= Self.small {
      return try await self.sendWhole(tree, index, conversations)
    }
    let path = tree.localPath(index)
    var receivers: [SyncConversation] = []
    for conversation in conversations {
      guard let theirs = conversation.want(index) else { continue }
      if let theirs, theirs == hashes[path] {
        try await conversation.send(SyncProgram.Order.same, .int(index))
      } else {
        receivers.append(conversation)
      }
    }
    if receivers.isEmpty { return nil }
    let descriptor = Self.open(path)
    guard descriptor >= 0 else { return Self.reason(errno) }
    defer { Descriptor.close(descriptor) }
    guard let hash = hashes[path], Self.isUnchanged(descriptor, tree.entries[index]) else {
      return .changed
    }
    for receiver in receivers {
      self.tell(receiver, tree.path(index).text)
      try await receiver.send(SyncProgram.Order.start, .int(index))
    }
    let reason = try await Self.stream(descriptor, tree.entries[index], to: receivers)
    for receiver in receivers {
      if reason == nil {
        try await receiver.send(SyncProgram.Order.end, .string(hash))
      } else {
        try await receiver.send(SyncProgram.Order.drop)
      }
    }
    return reason
  }

  // Reads a small file once, and sends it in one order to all who want it and have another.
  private func sendWhole(
    _ tree: SourceTree,
    _ index: Int,
    _ conversations: [SyncConversation]
  ) async throws -> SyncReport.Skip.Reason? {
    let wanting = conversations.filter { $0.want(index) != nil }
    if wanting.isEmpty { return nil }
    let descriptor = Self.open(tree.localPath(index))
    guard descriptor >= 0 else { return Self.reason(errno) }
    defer { Descriptor.close(descriptor) }
    let entry = tree.entries[index]
    guard let bytes = Self.read(descriptor, entry.size) else { return Self.reason(errno) }
    guard bytes.count == entry.size, Self.isUnchanged(descriptor, entry) else { return .changed }
    let hash = SHA256.hexadecimal(of: bytes)
    for conversation in wanting {
      if conversation.want(index) == .some(hash) {
        try await conversation.send(SyncProgram.Order.same, .int(index))
      } else {
        self.tell(conversation, tree.path(index).text)
        try await conversation.send(whole: index, hash, bytes)
      }
    }
    return nil
  }

  private static func open(_ path: BytePath) -> Int32 {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    return unsafe path.withCString { unsafe Glibc.open($0, flags) }
  }

  private static func reason(_ error: Int32) -> SyncReport.Skip.Reason {
    error == ENOENT ? .vanished : .unreadable(SystemError.text(error))
  }

  // Up to so many bytes; `nil` with `errno` set.
  private static func read(_ descriptor: Int32, _ size: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size)
    var count = 0
    while count < size {
      let more = unsafe bytes.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(descriptor, raw.baseAddress.map { unsafe $0 + count }, size - count)
      }
      if more < 0 { return nil }
      if more == 0 { break }
      count += more
    }
    bytes.removeLast(size - count)
    return bytes
  }

  private func tell(_ receiver: SyncConversation, _ path: String) {
    let gateway = receiver.target.gateway.id
    self.options.onEvent?(.sending(gateway: gateway, path: path))
    if self.options.isVerbose { print("\(gateway) <= \(path)") }
  }

  private static func isUnchanged(_ descriptor: Int32, _ entry: SourceTree.Entry) -> Bool {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 && status.kind == S_IFREG
      && Int(status.st_size) == entry.size && status.changed == entry.changed
  }

  private static func stream(
    _ descriptor: Int32,
    _ entry: SourceTree.Entry,
    to receivers: [SyncConversation]
  ) async throws -> SyncReport.Skip.Reason? {
    var left = entry.size
    while left > 0 {
      var piece = [UInt8](repeating: 0, count: min(left, Self.piece))
      let count = unsafe piece.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(descriptor, raw.baseAddress, raw.count)
      }
      if count < 0 { return .unreadable(SystemError.text(errno)) }
      if count == 0 { return .changed }
      piece.removeLast(piece.count - count)
      left -= count
      for receiver in receivers { try await receiver.send(piece: piece) }
    }
    return Self.isUnchanged(descriptor, entry) ? nil : .changed
  }
}
