import ConvokeGateway
import Logging

/// What swift-log writes to on a worker whose controller wants the records.
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
    LogService.queue.add(
      RemoteRecord(
        level: event.level,
        label: self.label,
        message: "\(event.message)",
        metadata: metadata
      )
    )
  }
}
