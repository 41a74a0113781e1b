import ConvokeGateway
import ConvokeWire

/// What a worker can run: the tasks of its program, and services.
struct WorkerPrograms: Sendable {
  private let tasks: [String: RemoteTask]
  private let services: [String: any WorkerService]

  /// The name of the task that runs, for its log records.
  @TaskLocal static var taskName: String?

  /// The services that every worker has.
  private static let builtIn: [any WorkerService] = [
    InformationService(), LogService(), MetricsService(), ProcessService(), SetUpService(),
    TunnelService(),
  ]

  init(tasks: [RemoteTask], services: [any WorkerService]) {
    self.tasks = Dictionary(tasks.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    self.services = Dictionary(
      (Self.builtIn + services).map { ($0.name, $0) },
      uniquingKeysWith: { $1 }
    )
  }

  /// Runs what stands in a CHANNEL_EXEC frame: source, file, function and keyword arguments.
  @Sendable
  func run(_ channel: Channel, _ code: WireValue) async throws {
    guard let parts = code.elements, parts.count == 4, let source = parts[0].string else {
      throw WorkerError("the program that was sent makes no sense")
    }
    let name = parts[2].string ?? ""
    switch source {
    case SwiftForm.task:
      guard let task = self.tasks[name] else { throw self.missing("task", name, self.tasks.keys) }
      let arguments = parts[3]["arguments"]?.elements ?? []
      try await TraceContext.with(parts[3]["trace"]) {
        try await Self.$taskName.withValue(name) { try await task.run(channel, arguments) }
      }
    case SwiftForm.service:
      guard let service = self.services[name] else {
        throw self.missing("service", name, self.services.keys)
      }
      try await service.serve(channel, parts[3])
    default:
      throw WorkerError(
        "this worker runs Swift and cannot run source code: it has \(self.list("task", self.tasks.keys)) "
          + "and \(self.list("service", self.services.keys)); use an interpreter of Python for that"
      )
    }
  }

  private func missing(
    _ kind: String,
    _ name: String,
    _ known: some Collection<String>
  ) -> WorkerError {
    WorkerError("there is no \(kind) '\(name)' in this worker, which has \(self.list(kind, known))")
  }

  private func list(_ kind: String, _ names: some Collection<String>) -> String {
    names.isEmpty ? "no \(kind)s" : "the \(kind)s \(names.sorted().joined(separator: ", "))"
  }
}
