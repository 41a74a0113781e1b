public import ConvokeGateway
internal import ConvokeWire

extension SweepStore {
  /// Lets code at the other end of a channel take combinations and say what came of them, until the
  /// channel ends.
  ///
  /// So code on other hosts works on the sweep while the store stays here, and no file is shared. Each
  /// message is a list and gets one answer:
  ///
  /// | message | answer |
  /// |---|---|
  /// | `["next", count]` | a list of what was taken: dictionaries with `id`, `key`, `slug`, `attempt` and `parameters`; it is empty once nothing is left |
  /// | `["done", id]`, `["done", id, result]` | `None`, or why it is refused |
  /// | `["fail", id, reason]`, `["skip", id, reason]`, `["cancel", id, reason]` | the same |
  ///
  /// Who has nothing and asks for more waits as long as others have combinations, which they might
  /// give back. What the other end still has when the channel ends is given back; so it is when the
  /// task is cancelled. Anything else than these messages closes the channel with an error.
  ///
  /// - Parameters:
  ///   - channel: The channel.
  ///   - host: Where the code runs, for the record; by default the identifier of the gateway.
  /// - Returns: How many ends were recorded.
  /// - Throws: What ended the channel, if it was an error; ``SweepError``.
  @discardableResult
  public func serve(_ channel: Channel, on host: String? = nil) async throws -> Int {
    var desk = SweepDesk(self, on: host ?? channel.gateway.id)
    do {
      for try await message in channel {
        let answer: WireValue
        do {
          answer = try await desk.answer(message)
        } catch let error as SweepError {
          channel.close(error: error.message)
          throw error
        }
        try await channel.send(answer)
      }
    } catch {
      try desk.close()
      throw error
    }
    try desk.close()
    return desk.count
  }
}
