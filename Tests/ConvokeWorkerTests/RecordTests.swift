import ConvokeGateway
import ConvokeProcess
import Logging
import Synchronization
import Testbed
import Testing

/// What remote code logs and prints, on this side.
@Suite(.timeLimit(.minutes(1)))
struct RecordTests {
  /// Keeps what is logged.
  private final class Records: Sendable {
    struct Record: Sendable {
      var level: Logger.Level
      var message: String
      var metadata: [String: String]
      var source: String
    }

    private let records = Mutex<[Record]>([])

    var logger: Logger {
      Logger(label: "tests") { _ in Handler(records: self) }
    }

    func first(_ message: String) -> Record? {
      self.records.withLock { $0.first { $0.message == message } }
    }

    var count: Int { self.records.withLock { $0.count } }

    struct Handler: LogHandler {
      let records: Records
      var logLevel = Logger.Level.info
      var metadata: Logger.Metadata = [:]

      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
      }

      func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
        let record = Record(
          level: event.level,
          message: "\(event.message)",
          metadata: metadata.mapValues { "\($0)" },
          source: event.source
        )
        self.records.records.withLock { $0.append(record) }
      }
    }
  }

  @Test func `records come home with the host and the task`() async throws {
    let records = Records()
    var options = GatewayOptions()
    options.logger = records.logger
    let spec = "local//swift=\(try StaticPrograms.fixture())//id=there"
    try await withGateway(spec, options: options) { gateway in
      try await gateway.execute(.task("log", "the hinge is loose")).waitClosed()
      #expect(try await eventually { records.first("the hinge is loose") != nil })
      let record = try #require(records.first("the hinge is loose"))
      #expect(record.level == .warning)
      #expect(record.source == "desk")
      #expect(
        record.metadata == [
          "gateway": "there", "host": "local", "task": "log", "drawer": "7", "cause": "wear",
        ]
      )
      #expect(records.first("not wanted") == nil)
    }
  }

  @Test(arguments: ["swift", "python"])
  func `lines of standard error are records, too`(language: String) async throws {
    let records = Records()
    var options = GatewayOptions()
    options.logger = records.logger
    let fixture = try StaticPrograms.fixture()
    let spec = language == "swift" ? "local//swift=\(fixture)" : "popen"
    try await withGateway("\(spec)//id=there", options: options) { gateway in
      let program: RemoteProgram =
        language == "swift"
        ? try .task("complain", "no ink") : .python("import os; os.write(2, b'no ink\\n')")
      try await gateway.execute(program).waitClosed()
      #expect(try await eventually { records.first("no ink") != nil })
      let record = try #require(records.first("no ink"))
      #expect(record.metadata == ["gateway": "there", "host": "local", "stream": "stderr"])
    }
  }

  @Test func `what is printed goes to the handler of output, apart from the protocol`()
    async throws
  {
    let chunks = Mutex<[OutputStream: [UInt8]]>([:])
    var options = GatewayOptions()
    options.outputHandler = { chunk in
      chunks.withLock { $0[chunk.stream, default: []] += chunk.bytes }
    }
    // Nothing is too early: as soon as a gateway is open, something is printed.
    let spec = "local//swift=\(try StaticPrograms.fixture())"
    for number in 1...8 {
      try await withGateway(spec, options: options) { gateway in
        try await gateway.execute(.task("print", "hello")).waitClosed()
        try await gateway.execute(.task("complain", "no ink")).waitClosed()
        let printed = String(repeating: "hello\n", count: number)
        let complaints = String(repeating: "no ink\n", count: number)
        #expect(
          try await eventually {
            chunks.withLock {
              $0 == [.stdout: Array(printed.utf8), .stderr: Array(complaints.utf8)]
            }
          }
        )
      }
    }
  }
}
