import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Glibc

/// One copy, from the list of the source to the outcomes.
struct SyncRun {
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
}
