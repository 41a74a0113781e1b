import ConvokeGateway
import ConvokeWire
import Glibc
import Logging

/// What the controller's first line says.
struct WorkerStart {
  /// The name of the gateway on this side.
  var id = "swift-worker"
  /// How long tasks have to end after the end of the link.
  var grace = Duration.seconds(5)
  /// From which level on records of swift-log are sent home; `nil` leaves them to standard error.
  var logLevel: Logger.Level?
  /// Whether what swift-metrics measures is sent home.
  var sendsMetrics = false
  /// Whether what is printed here is sent home.
  var sendsOutput = false

  /// The longest line, in bytes: execnet sends its whole source.
  private static let longestLine = 4 << 20

  /// How long the line may take, in milliseconds.
  private static let patience: Int32 = 60_000

  /// Reads the line, and what comes with it: a controller that knows this worker sends its HELLO at once.
  ///
  /// - Returns: What the line says, and the bytes after it.
  /// - Throws: ``WorkerError`` for a line that is no bootstrap line.
  static func read(
    from descriptor: Int32
  ) throws(WorkerError) -> (start: WorkerStart, rest: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&wait, 1, self.patience) != 0 else {
        throw WorkerError("no controller said anything for \(self.patience / 1000) seconds")
      }
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0, line.count + count <= self.longestLine else {
        throw WorkerError("the first line that came is not that of a controller")
      }
      guard let end = buffer[..<count].firstIndex(of: newline) else {
        line += buffer[..<count]
        continue
      }
      let rest = Array(buffer[(end + 1)..<count])
      return (try WorkerStart(line + buffer[..<end]), rest)
    }
  }

  private init(_ line: some Collection<UInt8>) throws(WorkerError) {
    // execnet sends a literal of Python source: the protocol after it is the same.
    if [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(line.first) { return }
    let mark = SwiftForm.bootstrapMark.utf8
    guard line.starts(with: mark), let settings = WireText.value(of: line.dropFirst(mark.count))
    else { throw WorkerError("the first line that came is not that of a controller") }
    self.id = settings["id"]?.string ?? self.id
    if case .float(let grace)? = settings["grace"], grace >= 0 { self.grace = .seconds(grace) }
    self.sendsOutput = settings["output"] == .bool(true)
    self.sendsMetrics = settings["metrics"] == .bool(true)
    self.logLevel = settings["log"]?.string.flatMap { Logger.Level(rawValue: $0) }
  }
}
