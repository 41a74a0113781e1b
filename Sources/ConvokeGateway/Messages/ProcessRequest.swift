package import ConvokeProcess
import ConvokeWire

/// A process to start, as it travels: what of a command matters on the host.
package struct ProcessRequest: Sendable {
  /// The bytes of each output that a controller takes before it grants more.
  package static let window = 1 << 20

  /// The command; its outputs, its failures to accept and the like are the controller's matter.
  package var command: Command
  /// The bytes of each output that the controller takes before it grants more.
  package var window = Self.window

  /// Makes a request.
  package init(_ command: Command) { self.command = command }
}

// MARK: - To the wire

extension ProcessRequest {
  var value: WireValue {
    let command = self.command
    var pairs: [WireValue.Pair] = []
    switch command.form {
    case .arguments(let arguments):
      pairs.append(.init("arguments", .list(arguments.map(Self.bytes))))
    case .shell(let line): pairs.append(.init("line", Self.bytes(line)))
    }
    var environment = command.environment
    if let run = command.run, environment[RunMark.name] == nil { environment[RunMark.name] = run }
    if !environment.isEmpty {
      let changes = environment.sorted { $0.key < $1.key }.map { name, value in
        WireValue.tuple([Self.bytes(name), value.map(Self.bytes) ?? .none])
      }
      pairs.append(.init("environment", .list(changes)))
    }
    if let directory = command.directory { pairs.append(.init("directory", Self.bytes(directory))) }
    if let umask = command.umask { pairs.append(.init("umask", .int(Int(umask)))) }
    if command.niceness != 0 { pairs.append(.init("nice", .int(command.niceness))) }
    if !command.limits.isEmpty { pairs.append(.init("limits", Self.limits(command.limits))) }
    if let terminal = command.terminal {
      let size = [Int(terminal.rows), Int(terminal.columns)].map { WireValue.int($0) }
      pairs.append(.init("terminal", .tuple(size + [Self.bytes(terminal.type)])))
    } else if command.hasInput {
      pairs.append(.init("input", true))
    }
    if let deadline = command.deadline {
      pairs.append(.init("deadline", .float(deadline / .seconds(1))))
    }
    pairs.append(.init("termination", command.termination.wireValue))
    pairs.append(.init("linger", .float(command.linger / .seconds(1))))
    pairs.append(.init("window", .int(self.window)))
    return .dictionary(pairs)
  }

  private static func bytes(_ text: String) -> WireValue { .bytes(Array(text.utf8)) }

  private static func limits(_ limits: [LimitedResource: ResourceLimit]) -> WireValue {
    .list(
      limits.map { resource, limit in
        let values = [limit.soft, limit.hard].map { $0.map { WireValue(integer: $0) } ?? .none }
        return .tuple([.string(resource.rawValue)] + values)
      }
    )
  }
}

// MARK: - From the wire

extension ProcessRequest {
  init?(_ value: WireValue) {
    if let arguments = value["arguments"]?.elements, !arguments.isEmpty {
      self.command = Command(arguments: arguments.map(Self.text))
    } else if let line = value["line"] {
      self.command = .shell(Self.text(line))
    } else {
      return nil
    }
    for change in value["environment"]?.elements ?? [] {
      guard let parts = change.elements, parts.count == 2 else { return nil }
      let content: String? = parts[1].bytes == nil ? nil : Self.text(parts[1])
      self.command.environment.updateValue(content, forKey: Self.text(parts[0]))
    }
    self.command.directory = value["directory"].map(Self.text)
    self.command.umask = value["umask"]?.int.map { UInt16(truncatingIfNeeded: $0) }
    self.command.niceness = value["nice"]?.int ?? 0
    guard self.readLimits(value["limits"]?.elements ?? []) else { return nil }
    if let terminal = value["terminal"]?.elements, terminal.count == 3 {
      self.command.terminal = PseudoTerminal(
        rows: UInt16(clamping: terminal[0].int ?? 0),
        columns: UInt16(clamping: terminal[1].int ?? 0),
        type: Self.text(terminal[2])
      )
    }
    if case .bool(true) = value["input"] { self.command.input = .stream }
    self.command.deadline = value["deadline"].flatMap(Duration.init)
    self.command.termination = value["termination"].flatMap(TerminationSequence.init) ?? .standard
    self.command.linger = value["linger"].flatMap(Duration.init) ?? self.command.linger
    self.window = value["window"]?.int ?? Self.window
  }

  private static func text(_ value: WireValue) -> String {
    String(decoding: value.bytes ?? [], as: UTF8.self)
  }

  private mutating func readLimits(_ limits: [WireValue]) -> Bool {
    for limit in limits {
      guard let parts = limit.elements, parts.count == 3,
        let resource = parts[0].string.flatMap(LimitedResource.init)
      else { return false }
      let values = parts[1...].map { part -> UInt64? in
        switch part {
        case .int(let number): UInt64(clamping: number)
        case .largeInteger(let number): UInt64(number.decimal)
        default: nil
        }
      }
      self.command.limits[resource] = ResourceLimit(soft: values[0], hard: values[1])
    }
    return true
  }
}

extension Command {
  /// Whether its standard input brings anything.
  package var hasInput: Bool { if case .none = self.input { false } else { true } }
}
