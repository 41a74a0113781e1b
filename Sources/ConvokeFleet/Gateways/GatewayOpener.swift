import ConvokeGateway
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Logging

/// Opens a gateway to a host with the first kind of worker that can be started there.
struct GatewayOpener: Sendable {
  let host: Host
  /// The kinds of worker to try, in this order.
  let interpreters: [GatewaySpec.Interpreter]
  /// What to open instead; there is no way without it then.
  var chain: GatewayChain?
  let connections: SSHConnections
  let logger: Logger?

  /// Why one kind of worker was not started.
  private enum Problem: Error {
    case unreachable(Failure)
    case noWorker(String)
  }

  func open() async -> HostGateway.Way {
    if let chain = self.chain { return await self.open(chain) }
    for kind in self.interpreters {
      switch await self.login(kind) {
      case .success(let gateway): return .gateway(gateway, opening: nil)
      case .failure(.unreachable(let failure)): return .failed(failure)
      case .failure(.noWorker(let reason)):
        self.logger?.warning("no worker on \(self.host): \(reason)")
      }
    }
    return .ssh
  }

  private func open(_ chain: GatewayChain) async -> HostGateway.Way {
    do {
      return .gateway(try await chain.open(self.options), opening: nil)
    } catch let error as GatewayError where error.code == .hostNotFound {
      let text = error.processErrors ?? error.message
      return .failed(SSHDiagnosis.failure(text, host: self.host.description))
    } catch let error as GatewayError where error.code == .timedOut {
      return .failed(Failure(.connectTimedOut, error.message))
    } catch {
      let remedy = "check the specification '\(chain.description)' and its interpreter"
      return .failed(Failure(.spawnFailed, "\(error)", remedy: remedy))
    }
  }

  private var options: GatewayOptions {
    var options = GatewayOptions()
    options.openTimeout = self.connections.settings.connectTimeout + .seconds(20)
    // What ssh and the worker say is in the error; it is no output of a command.
    options.outputHandler = { _ in }
    return options
  }

  func close(_ gateway: Gateway) async {
    if let chain = self.chain { return await chain.close() }
    await gateway.terminate(within: GatewayOptions().closeTimeout)
  }

  // As often as the server drops it, in the common pace of all logins.
  private func login(_ kind: GatewaySpec.Interpreter) async -> Result<Gateway, Problem> {
    await self.connections.login {
      await self.attempt(kind)
    } isDropped: { problem in
      if case .unreachable(let failure) = problem, failure.kind == .connectionDropped {
        true
      } else {
        false
      }
    }
  }

  private func attempt(_ kind: GatewaySpec.Interpreter) async -> Result<Gateway, Problem> {
    var spec = GatewaySpec(.ssh([self.host.name]), interpreter: kind, id: self.host.description)
    spec.text = "ssh=\(self.host)"
    spec.client = self.connections.settings.commandLine(for: self.host, "").dropLast()
    do {
      return .success(try await GatewayGroup(options: self.options).open(spec))
    } catch let error as GatewayError {
      return .failure(self.problem(error))
    } catch {
      return .failure(.noWorker("\(error)"))
    }
  }

  private func problem(_ error: GatewayError) -> Problem {
    guard error.code == .hostNotFound else { return .noWorker(error.message) }
    return .unreachable(
      SSHDiagnosis.failure(error.processErrors ?? error.message, host: self.host.description)
    )
  }
}

extension FleetWorker {
  /// The kinds of worker to try, in this order.
  var interpreters: [GatewaySpec.Interpreter] {
    switch self {
    case .automatic: [.swift(nil), .python(nil)]
    case .swift: [.swift(nil)]
    case .python: [.python(nil)]
    case .none: []
    }
  }
}
