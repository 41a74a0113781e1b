import ConvokeGateway
import ConvokeWire
import Logging

/// Sends home what is logged.
struct LogService: WorkerService {
  static let queue = HomeQueue<RemoteRecord>(limit: 10_000)

  let name = Gateway.logService

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    while !Task.isCancelled {
      let (records, dropped) = await Self.queue.next()
      for record in records { try await channel.send(record.wireValue) }
      guard dropped > 0 else { continue }
      let note = RemoteRecord(
        level: .warning,
        label: "convoke",
        message: "\(dropped) log records were dropped, as the link was too slow for them",
        metadata: [:]
      )
      try await channel.send(note.wireValue)
    }
  }
}
