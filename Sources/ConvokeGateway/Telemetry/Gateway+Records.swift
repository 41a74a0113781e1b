package import ConvokeWire
package import Logging

extension Gateway {
  /// The name of the service that sends home what is logged.
  package static var logService: String { "log" }

  /// Passes on the log records of a worker in Swift until the gateway ends.
  func forwardRecords(to logger: Logger) throws {
    let channel = try self.execute(.service(Self.logService))
    let (id, place) = (self.id, self.spec.place)
    try channel.setCallback { item in
      guard let record = RemoteRecord(item) else { return }
      var metadata = record.metadata
      metadata["gateway"] = "\(id)"
      metadata["host"] = "\(place)"
      logger.log(
        level: record.level,
        "\(record.message)",
        metadata: metadata,
        source: record.label
      )
    }
  }
}

/// A log record that was written on a worker.
package struct RemoteRecord: Sendable {
  /// How urgent it is.
  package var level: Logger.Level
  /// The label of the logger that wrote it.
  package var label: String
  /// What it says.
  package var message: String
  /// What else it says; the name of the task under `task`.
  package var metadata: Logger.Metadata

  /// Makes a record.
  package init(
    level: Logger.Level,
    label: String,
    message: String,
    metadata: Logger.Metadata
  ) {
    self.level = level
    self.label = label
    self.message = message
    self.metadata = metadata
  }

  /// Reads a record: a tuple of level, label, message and a dictionary of text.
  package init?(_ value: WireValue) {
    guard case .tuple(let parts) = value, parts.count == 4,
      let level = parts[0].string.flatMap({ Logger.Level(rawValue: $0) }),
      let label = parts[1].string,
      let message = parts[2].string, let pairs = parts[3].pairs
    else { return nil }
    self.init(level: level, label: label, message: message, metadata: [:])
    for pair in pairs {
      if let key = pair.key.string, let value = pair.value.string {
        self.metadata[key] = "\(value)"
      }
    }
  }

  /// The record as an item of a channel.
  package var wireValue: WireValue {
    let pairs = self.metadata.map { WireValue.Pair(.string($0.key), .string("\($0.value)")) }
    return .tuple([
      .string(self.level.rawValue), .string(self.label), .string(self.message),
      .dictionary(pairs),
    ])
  }
}
