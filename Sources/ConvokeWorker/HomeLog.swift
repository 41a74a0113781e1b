import ConvokeGateway
import ConvokeWire
import Logging
import Synchronization

/// Where records go that are logged on this worker: to the controller, once it asks for them.
final class HomeLog: Sendable {
  static let shared = HomeLog()

  private struct State {
    var records: [RemoteRecord] = []
    var dropped = 0
    var reader: CheckedContinuation<Void, Never>?
    var isClosed = false
  }

  /// The most records that wait for the link; further ones are counted and dropped.
  private static let mostRecords = 10_000

  private let state = Mutex(State())

  func add(_ record: RemoteRecord) {
    let reader = self.state.withLock { state in
      if state.records.count < Self.mostRecords {
        state.records.append(record)
      } else {
        state.dropped += 1
      }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// Waits for records; none when the task is cancelled.
  func next() async -> [RemoteRecord] {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayWait = self.state.withLock { state in
          guard state.records.isEmpty, !state.isClosed else { return false }
          state.reader = continuation
          return true
        }
        if !mayWait { continuation.resume() }
      }
    } onCancel: {
      let reader = self.state.withLock { state in
        state.isClosed = true
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume()
    }
    return self.state.withLock { state in
      defer {
        state.records = []
        state.dropped = 0
      }
      guard state.dropped > 0 else { return state.records }
      let note = RemoteRecord(
        level: .warning,
        label: "convoke",
        message: "\(state.dropped) log records were dropped, as the link was too slow for them",
        metadata: [:]
      )
      return state.records + [note]
    }
  }
}

/// Sends home what is logged.
struct LogService: WorkerService {
  let name = Gateway.logService

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    while !Task.isCancelled {
      for record in await HomeLog.shared.next() { try await channel.send(record.wireValue) }
    }
  }
}

/// What swift-log writes to on a worker.
struct HomeLogHandler: LogHandler {
  let label: String
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { self.metadata[key] }
    set { self.metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var metadata = self.metadata
    metadata.merge(self.metadataProvider?.get() ?? [:]) { $1 }
    metadata.merge(event.metadata ?? [:]) { $1 }
    if let task = WorkerPrograms.taskName { metadata["task"] = "\(task)" }
    HomeLog.shared.add(
      RemoteRecord(
        level: event.level,
        label: self.label,
        message: "\(event.message)",
        metadata: metadata
      )
    )
  }
}
