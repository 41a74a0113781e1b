import ConvokeFleet
import ConvokeGateway
import ConvokeHosts
import ConvokeProcess
import ConvokeWire

/// Runs code on gateways where a fleet wants to run commands on hosts.
///
/// A host stands for a gateway; the command stands for the code, and its words are not used.
struct GatewayLauncher: Launcher {
  private let specs: [Host: GatewaySpec]
  private let gateways: SharedGateways
  private let options: GatewayOptions
  private let program: @Sendable (GatewaySpec) throws -> RemoteProgram

  /// Makes a launcher of the gateways to open and the code to run.
  init(
    _ members: [GatewayMember],
    options: GatewayOptions,
    program: @escaping @Sendable (GatewaySpec) throws -> RemoteProgram
  ) {
    self.specs = Dictionary(
      members.map { (Self.host(for: $0), $0.spec) },
      uniquingKeysWith: { first, _ in first }
    )
    self.options = options
    self.program = program
    self.gateways = SharedGateways(members, options)
  }

  /// What stands for a gateway.
  static func host(for member: GatewayMember) -> Host { Host(member.label, transport: .local) }

  /// Runs the code to its end.
  func run(_ command: Command, on host: Host) async -> ProcessResult {
    let process = self.launch(command, on: host)
    return await withTaskCancellationHandler {
      await process.waitUncancelled()
    } onCancel: {
      process.cancel()
    }
  }

  /// Starts the code.
  func launch(_ command: Command, on host: Host) -> RunningProcess {
    let process = RunningProcess(command, host: host.name)
    let task = GatewayTask(process)
    process.attach(task)
    task.start { await self.carryOut(on: host, $0) }
    return process
  }

  /// Ends what is still open.
  func close() async { await self.gateways.close() }

  private func carryOut(on host: Host, _ task: GatewayTask) async -> ProcessEnd {
    guard let spec = self.specs[host] else {
      return .outcome(.notStarted("there is no such gateway"))
    }
    var options = self.options
    options.outputHandler = { task.take($0.bytes, on: $0.stream) }
    let gateway: Gateway
    do {
      gateway = try await self.gateways.open(spec, options)
    } catch {
      return .outcome(Self.unopened(error))
    }
    task.didOpen()
    let end = await self.execute(spec, on: gateway, task)
    // A worker may hold back small frames for a moment, its last output among them; its answer to
    // this comes after them. A worker that is gone has none.
    _ = try? await gateway.remoteStatus(within: .seconds(1))
    await self.gateways.release(gateway)
    return end
  }

  private func execute(
    _ spec: GatewaySpec,
    on gateway: Gateway,
    _ task: GatewayTask
  ) async -> ProcessEnd {
    do {
      let channel = try gateway.execute(try self.program(spec))
      for try await item in channel { await task.take(item) }
      return .exited(0)
    } catch is CancellationError {
      return .outcome(.cancelled)
    } catch let error as GatewayError where error.code == .gatewayLost {
      return .outcome(.lost(Failure(.lost, error.message)))
    } catch {
      let text = (error as? GatewayError)?.remoteTraceback ?? "\(error)"
      task.take(Array((text.hasSuffix("\n") ? text : text + "\n").utf8), on: .stderr)
      return .exited(1)
    }
  }

  private static func unopened(_ error: any Error) -> Outcome {
    guard let error = error as? GatewayError else {
      return error is CancellationError
        ? .cancelled : .refused(Failure(.spawnFailed, "\(error)"))
    }
    return switch error.code {
    case .timedOut: .unreachable(Failure(.connectTimedOut, error.message))
    case .hostNotFound: .unreachable(Failure(.sshFailed, error.message, remedy: "try ssh by hand"))
    case .gatewayLost: .lost(Failure(.lost, error.message))
    default:
      .refused(
        Failure(.spawnFailed, error.message, remedy: "check the specification and the interpreter")
      )
    }
  }
}

/// The gateways of one call; those that others go through stay open until its end.
actor SharedGateways {
  private let group: GatewayGroup
  private let specs: [String: GatewaySpec]
  private let needed: Set<String>
  private var opening: [String: Task<Gateway, any Error>] = [:]

  init(_ members: [GatewayMember], _ options: GatewayOptions) {
    self.group = GatewayGroup(options: options)
    self.specs = Dictionary(
      members.compactMap { member in member.spec.id.map { ($0, member.spec) } },
      uniquingKeysWith: { first, _ in first }
    )
    self.needed = Set(members.compactMap { $0.spec.via ?? $0.spec.installVia })
  }

  /// Opens a gateway, after the one it goes through.
  func open(_ spec: GatewaySpec, _ options: GatewayOptions) async throws -> Gateway {
    if let id = spec.via ?? spec.installVia, let base = self.specs[id], base.id != spec.id {
      _ = try await self.open(base, self.group.options)
    }
    guard let id = spec.id, self.needed.contains(id) else {
      return try await self.group.open(spec, options: options)
    }
    if let task = self.opening[id] { return try await task.value }
    // Several may wait for it; none of them owns it.
    let task = Task { [group = self.group] in try await group.open(spec, options: options) }
    self.opening[id] = task
    return try await task.value
  }

  /// Ends a gateway, unless others go through it.
  func release(_ gateway: Gateway) async {
    if self.needed.contains(gateway.id) { return }
    let limit = self.group.options.closeTimeout
    // Out of reach of the caller's cancellation, and bounded by itself.
    await Task.detached { await gateway.terminate(within: limit) }.value
  }

  /// Ends all that are left.
  func close() async { await self.group.terminate(within: self.group.options.closeTimeout) }
}
