public import ConvokeGateway
import CoreMetrics
import Glibc
import Logging

/// The worker's half: what a program does to be sent to hosts and to run there.
///
/// ```swift
/// @main struct Program {
///   static func main() async throws {
///     await Worker.serveIfAsked([multiply])
///     try await withGateway("ssh=node1//swift") { gateway in … }
///   }
/// }
/// ```
public enum Worker: Sendable {
  /// Becomes a worker, if this program was started as one; otherwise returns at once.
  ///
  /// Call it first in `main`. As a worker it does not return: the process ends with its controller.
  /// Programs that call it are the worker of gateways with the key `swift`, unless another one is named.
  ///
  /// - Parameters:
  ///   - tasks: What controllers can run by name.
  ///   - services: What else the worker answers.
  public static func serveIfAsked(
    _ tasks: [RemoteTask] = [],
    services: [any WorkerService] = []
  ) async {
    OwnProgram.isWorker = true
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case OwnProgram.workerArgument?:
      await self.serve(tasks, services: services, mark: arguments.dropFirst().first)
    case OwnProgram.checkArgument?: exit(0)
    default: return
    }
  }

  /// Serves a controller over standard input and output, and ends the process.
  package static func serve(
    _ tasks: [RemoteTask] = [],
    services: [any WorkerService] = [],
    mark: String? = nil
  ) async -> Never {
    let streams = WorkerStreams.takeOver()
    if let mark { streams.say(Self.greeting(mark)) }
    let (start, rest): (WorkerStart, [UInt8])
    do {
      (start, rest) = try WorkerStart.read(from: streams.input)
    } catch {
      streams.say(Array("0\(error)\n".utf8))
      exit(1)
    }
    if let level = start.logLevel {
      LoggingSystem.bootstrap { HomeLogHandler(label: $0, logLevel: level) }
    }
    if start.sendsMetrics { MetricsSystem.bootstrap(HomeMetrics()) }
    // A controller may ask for something as soon as the gateway reads.
    let printed = start.sendsOutput ? WorkerOutput.takeOver() : nil
    let programs = WorkerPrograms(tasks: tasks, services: services)
    let gateway = Gateway.serve(
      input: streams.input,
      output: streams.output,
      early: rest,
      hasGreeted: mark != nil,
      id: start.id,
      programs.run
    )
    printed?.route(to: gateway)
    // Tasks of the program may need the main actor; services do not.
    if tasks.isEmpty, services.isEmpty, MainThread.isCurrent {
      Task.detached { await WorkerEnd.end(gateway, within: start.grace) }
      MainThread.keep()
    }
    await WorkerEnd.end(gateway, within: start.grace)
  }

  // All that the controller has to know of this side, so that it waits for it once.
  private static func greeting(_ mark: String) -> [UInt8] {
    Array("convoke \(mark) ready\n".utf8) + Gateway.greeting()
  }
}

extension Gateway {
  /// Connects to a worker inside this program: for tests, and where code is to run here and elsewhere alike.
  ///
  /// - Parameters:
  ///   - tasks: What the worker can run by name.
  ///   - services: What else it answers.
  ///   - options: Limits and so on.
  /// - Returns: The gateway; end it with ``ConvokeGateway/Gateway/terminate(within:)``.
  /// - Throws: ``GatewayError`` when no descriptor is left.
  public static func inProcess(
    _ tasks: [RemoteTask],
    services: [any WorkerService] = [],
    options: GatewayOptions = GatewayOptions()
  ) async throws -> Gateway {
    let programs = WorkerPrograms(tasks: tasks, services: services)
    return try await Gateway.makePair(options: options, programs.run).controller
  }
}
