import ConvokeProcess
import ConvokeWire
import Logging

/// How a worker in Swift is started: here from its file, elsewhere by a line that takes it in.
struct SwiftStart: Sendable {
  /// The words of the command on the worker's machine.
  let words: [String]
  /// What a login shell can do before it runs that command, which then is needed only if this did nothing.
  let shortcut: String?
  private let mark: String
  private let shipment: Shipment?

  /// Prepares the start.
  ///
  /// - Parameters:
  ///   - spec: The gateway.
  ///   - options: How it is opened.
  ///   - hasShortcut: Whether to trust that the file of a worker is whole where there is one.
  /// - Returns: How the worker is started; `nil` for one that is not in Swift.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/notStarted`` when there is no worker that
  ///   could run there.
  static func prepare(
    _ spec: GatewaySpec,
    _ options: GatewayOptions,
    hasShortcut: Bool
  ) async throws -> SwiftStart? {
    guard case .swift(let path) = spec.interpreter else { return nil }
    // A socket server starts its worker itself.
    if case .socket = spec.connection { return nil }
    let file = try WorkerFile.find(path, options)
    let mark = String(UInt64.random(in: .min ... .max), radix: 36)
    if spec.connection == .local, spec.via == nil {
      return SwiftStart(
        words: [file.path, OwnProgram.workerArgument, mark],
        shortcut: nil,
        mark: mark,
        shipment: nil
      )
    }
    let shipment = try await Shipment.prepare(file)
    let line = ShipScript.line(shipment, mark: mark)
    return SwiftStart(
      words: ["/bin/sh", "-c", line],
      shortcut: hasShortcut && WorkerCommand.isRead(byLoginShellOf: spec)
        ? ShipScript.shortcut(shipment, mark: mark) : nil,
      mark: mark,
      shipment: shipment
    )
  }

  /// Nothing of what was started for a worker said anything.
  struct Silence: Error {
    var reason: GatewayError
  }

  /// Talks with the host until its worker is ready for the bootstrap line.
  ///
  /// - Throws: ``Silence`` if the link ends before; ``GatewayError`` for all else.
  func bringUp(_ link: OpeningLink, within limit: Duration) async throws {
    let end = ContinuousClock.now.advanced(by: limit)
    var isSilent = true
    while true {
      let line: String
      do {
        line = try await link.nextLine(until: end)
      } catch let error as GatewayError where isSilent && error.code == .notStarted {
        throw Silence(reason: error)
      }
      // A login shell may print something of its own before.
      guard let start = line.firstRange(of: "convoke \(self.mark) ")?.upperBound else { continue }
      isSilent = false
      let words = line[start...].split(separator: " ").map(String.init)
      switch words.first {
      case "ready": return
      case "need" where words.count == 3: try await self.send(link, words[1], words[2])
      default:
        let reason = words.dropFirst().joined(separator: " ")
        throw GatewayError(.notStarted, "the worker in Swift cannot be put there: \(reason)")
      }
    }
  }

  private func send(_ link: OpeningLink, _ machine: String, _ form: String) async throws {
    guard let shipment = self.shipment else {
      throw GatewayError(.protocolViolation, "the worker asked for a file that it has")
    }
    guard shipment.header.machine == machine else {
      link.write { $0 += Array("no\n".utf8) }
      throw GatewayError(
        .notStarted,
        "the worker in Swift is for \(shipment.header.machine), and the host is \(machine): build one "
          + "for it and name it with swift=PATH"
      )
    }
    let bytes = try await form == "gzip" ? shipment.compressed() : shipment.plain()
    link.write { $0 += Array("go \(bytes.count)\n".utf8) + bytes }
  }

  /// The line that tells the worker who it is.
  static func bootstrapLine(id: String, options: GatewayOptions) -> [UInt8] {
    let settings = WireValue.dictionary([
      .init("id", .string(id + "-worker")),
      .init("grace", .float(options.closeTimeout / .seconds(1))),
      .init("output", .bool(options.outputHandler != nil || options.logger != nil)),
      .init("metrics", .bool(options.metrics != nil)),
      .init("log", options.logger.map { .string($0.logLevel.rawValue) } ?? .none),
    ])
    return Array(SwiftForm.bootstrapMark.utf8) + WireText.line(settings)
  }
}
