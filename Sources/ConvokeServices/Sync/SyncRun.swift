import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Glibc

/// One copy, from the list of the source to the outcomes.
struct SyncRun {
  private static let piece = 256 << 10
  private static let listed = 500

  let source: String
  let options: SyncOptions
  let targets: [SyncTarget]

  func perform() async throws -> SyncReport {
    let tree = try SourceTree(self.source, self.options)
    try Task.checkCancellation()
    for skip in tree.skipped { self.options.onEvent?(.skipped(skip)) }
    let conversations = self.targets.map { target in
      SyncConversation(target, self.options) { tree.path($0).text }
    }
    for conversation in conversations { await conversation.begin() }
    var skipped = tree.skipped
    try await withThrowingTaskGroup(of: Void.self) { group in
      for conversation in conversations { group.addTask { await conversation.follow() } }
      do {
        skipped += try await self.copy(tree, to: conversations)
      } catch {
        for conversation in conversations { conversation.fail(error) }
        throw error
      }
      try await group.waitForAll()
    }
    return SyncReport(outcomes: conversations.map(\.outcome), skipped: skipped)
  }

  private func copy(
    _ tree: SourceTree,
    to conversations: [SyncConversation]
  ) async throws -> [SyncReport.Skip] {
    for start in stride(from: 0, to: tree.entries.count, by: Self.listed) {
      let batch = tree.entries[start..<min(start + Self.listed, tree.entries.count)]
      let list = WireValue.list(batch.map(\.wire))
      for conversation in conversations {
        try await conversation.send(SyncProgram.Order.list, list)
      }
    }
    for conversation in conversations { try await conversation.send(SyncProgram.Order.ready) }
    for conversation in conversations { try await conversation.waitUntilListed() }
    let skipped = try await self.sendFiles(tree, conversations)
    let asks = self.options.filter != nil && !self.options.deletesFiltered
    for conversation in conversations {
      try await conversation.send(SyncProgram.Order.finish, .bool(asks))
    }
    for conversation in conversations {
      for extras in try await conversation.waitForExtras() {
        let condemned = extras.indices.filter { self.isCondemned(extras[$0], tree) }
        let list = WireValue.list(condemned.map { .int($0) })
        try await conversation.send(SyncProgram.Order.delete, list)
      }
      try await conversation.waitUntilDone()
      // It ends the program of the far side.
      conversation.close()
    }
    return skipped
  }

  // What is there but not here is deleted only if it would have been copied.
  private func isCondemned(_ extra: WireValue, _ tree: SourceTree) -> Bool {
    guard let parts = extra.elements, parts.count == 4, let parent = parts[0].int,
      tree.entries.indices.contains(parent), let name = parts[1].bytes
    else { return false }
    let kinds: [Int: SyncEntry.Kind] = [
      SyncProgram.Kind.directory: .directory, SyncProgram.Kind.link: .link,
    ]
    let entry = SyncEntry(
      path: tree.path(parent).appending(name).text,
      kind: kinds[parts[2].int ?? 0] ?? .file,
      size: parts[3].int ?? 0
    )
    return self.options.filter?(entry) ?? true
  }

  // MARK: - Files

  private func sendFiles(
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
    try await FileHasher.hashes(of: batch.map { tree.localPath($0) })
  }

  // Sends one file to all who want it; hands out why it could not be sent, if so.
  private func send(
    _ tree: SourceTree,
    _ index: Int,
    _ hashes: [BytePath: String],
    _ conversations: [SyncConversation]
  ) async throws -> SyncReport.Skip.Reason? {
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
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = unsafe path.withCString { unsafe open($0, flags) }
    let error = errno
    guard descriptor >= 0 else {
      return error == ENOENT ? .vanished : .unreadable(SystemError.text(error))
    }
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
        unsafe read(descriptor, raw.baseAddress, raw.count)
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
