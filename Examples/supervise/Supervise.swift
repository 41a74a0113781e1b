// Keeps a service running on each of several hosts.
//
//   swift run supervise --on 'ssh=web[1-4]' --check 'curl -fs localhost:8000' python3 -m http.server
//
// The hosts need Python, or with //swift nothing: --on 'ssh=web[1-4]//swift'.

import ArgumentParser
import ConvokeGateway
import ConvokeProcess
import ExampleTerminal

@main
struct Supervise: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise",
    abstract: "Keeps a service running on each of several hosts.",
    discussion: """
      It is started again when it ends, however that was, or when its check fails. Every change is a \
      line with the name of the host; what the service writes goes to standard output in the same way. \
      Ctrl-C ends all services, and so does the end of this program, whatever ends it. The exit status \
      is 1 if a service was abandoned.
      """
  )

  @Option(
    name: .customLong("on"),
    help: "Where: ssh=node[1-8], local, docker=NAME; can be repeated."
  )
  var places: [String] = ["local"]

  @Option(help: "A command line that succeeds as long as the service is well.")
  var check: String?

  @Option(help: "The time between two checks, in seconds.")
  var checkInterval = 5.0

  @Option(help: "How long a service may take until its check succeeds, in seconds.")
  var patience = 30.0

  @Option(help: "How often a service may fail in a row.")
  var restarts = 5

  @Option(help: "The wait after the first failure, in seconds; each further one doubles it.")
  var delay = 0.5

  @Argument(parsing: .captureForPassthrough, help: "The service: a program and its arguments.")
  var service: [String]

  func validate() throws {
    if self.service.allSatisfy({ $0 == "--" }) { throw ValidationError("the service is missing.") }
  }

  func run() async throws {
    let specs = try self.places.flatMap { try GatewaySpec.expand($0) }
    let output = LineOutput()
    let failures = try await cancelledBySignals {
      await withTaskGroup(of: Bool.self) { hosts in
        for spec in specs { hosts.addTask { await self.supervisor(of: spec, output).run() } }
        return await hosts.reduce(0) { $0 + ($1 ? 0 : 1) }
      }
    }
    if failures > 0 { throw ExitCode(1) }
  }

  private func supervisor(of spec: GatewaySpec, _ output: LineOutput) -> Supervisor {
    let host = spec.place
    let words = self.service.first == "--" ? Array(self.service.dropFirst()) : self.service
    var service = Command(arguments: words)
    service.stdout = .discard
    service.stderr = .discard
    // A slow reader makes the services wait.
    let show: @Sendable (OutputLine) async -> Void = {
      try? await output.write([$0.bytes], prefix: "\(host): ")
    }
    service.stdout.lineHandler = show
    service.stderr.lineHandler = show
    var supervisor = Supervisor(spec: spec, service: service) { note("\(host): \($0)") }
    supervisor.policy.limit = self.restarts
    supervisor.policy.firstDelay = .seconds(self.delay)
    supervisor.check = self.check.map { HealthCheck($0) }
    supervisor.check?.interval = .seconds(self.checkInterval)
    supervisor.check?.patience = .seconds(self.patience)
    return supervisor
  }
}
