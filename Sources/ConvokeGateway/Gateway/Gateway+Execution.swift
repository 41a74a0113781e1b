import ConvokeWire
import Synchronization

extension Gateway {
  /// Runs code on the worker; does not wait for it.
  ///
  /// The channel is closed when the code ends, with an error if it fails.
  ///
  /// - Parameter program: The code.
  /// - Returns: The channel that the code finds as `channel`.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/gatewayLost``, or
  ///   ``GatewayError/Code/misuse`` for code in a language that the worker does not run.
  public func execute(_ program: RemoteProgram) throws -> Channel {
    guard let form = program.forms[self.spec.language] else {
      let languages = program.forms.keys.map(\.rawValue).sorted().joined(separator: " and ")
      throw GatewayError(
        .misuse,
        "the worker of gateway \(self.id) runs \(self.spec.language.rawValue), and this is for "
          + languages
      )
    }
    let channel = try self.newChannel()
    try self.send(.channelExecute, channel.number, value: form.payload)
    return channel
  }

  /// Asks the worker how busy it is.
  ///
  /// - Parameter limit: How long to wait for the answer.
  /// - Returns: The counts of open channels and running pieces of code, and the execution model.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/timedOut`` or
  ///   ``GatewayError/Code/gatewayLost``.
  public func remoteStatus(within limit: Duration = .seconds(30)) async throws -> RemoteStatus {
    let channel = try self.newChannel()
    defer { self.forget(channel.number) }
    guard self.send(.status, channel.number) else { throw self.lostError() }
    let value = try await channel.receive(within: limit)
    return RemoteStatus(
      channels: value["numchannels"]?.int ?? 0,
      executing: value["numexecuting"]?.int ?? 0,
      model: value["execmodel"]?.string ?? ""
    )
  }
}

/// How busy a worker is.
public struct RemoteStatus: Sendable, Hashable {
  /// How many channels are open.
  public var channels: Int
  /// How many pieces of code run.
  public var executing: Int
  /// The execution model, in execnet's words.
  public var model: String
}

/// What a worker is.
public struct WorkerInformation: Sendable, Hashable {
  /// The path of its interpreter.
  public var executable: String
  /// The version of its interpreter, such as `3.11.7`.
  public var version: String
  /// The platform, such as `linux`.
  public var platform: String
  /// Its working directory.
  public var directory: String
  /// Its process identifier, on its own machine.
  public var processID: Int32
}

extension Gateway {
  /// What the worker is; asked once.
  ///
  /// - Parameter limit: How long to wait for the answer.
  /// - Returns: The interpreter, its version, platform, directory and process identifier.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/timedOut`` or
  ///   ``GatewayError/Code/gatewayLost``.
  public func information(within limit: Duration = .seconds(30)) async throws -> WorkerInformation {
    if let known = self.state.withLock({ $0.information }) { return known }
    let channel = try self.execute(Self.inquiry)
    let value = try await channel.receive(within: limit)
    // So that it no longer counts among what the worker executes, nor is in the way of the next task.
    try await channel.waitClosed(within: limit)
    let information = WorkerInformation(
      executable: value["executable"]?.string ?? "",
      version: value["version"]?.string ?? "",
      platform: value["platform"]?.string ?? "",
      directory: value["cwd"]?.string ?? "",
      processID: Int32(clamping: value["pid"]?.int ?? 0)
    )
    self.state.withLock { $0.information = information }
    return information
  }

  private static let inquiry = RemoteProgram.service(
    "information",
    python: """
      import os, sys
      channel.send(dict(executable=sys.executable, platform=sys.platform, cwd=os.getcwd(),
          version=".".join(str(part) for part in sys.version_info[:3]), pid=os.getpid()))
      """,
    javascript: """
      await channel.send({executable: process.execPath, platform: process.platform,
        cwd: process.cwd(), version: process.versions.node, pid: process.pid})
      """
  )
}
