import Logging

/// Shows log records of the library as messages of this program.
struct ConsoleLog: LogHandler {
  /// The logger for what people at the console should know.
  static let logger = Logger(label: "convoke") { _ in ConsoleLog() }

  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { self.metadata[key] }
    set { self.metadata[key] = newValue }
  }

  func log(event: LogEvent) { Console.shared.note("convoke: \(event.message)") }
}
