package import ConvokeProcess
package import ConvokeWire

/// What a controller tells the service that runs processes; the process is named by a number.
///
/// On the channel it is a tuple of a code, the number and what else belongs to it (docs/services.md).
package enum ProcessOrder: Sendable {
  /// Starts a process.
  case start(Int, ProcessRequest)
  /// More for its standard input.
  case input(Int, [UInt8])
  /// The end of its standard input.
  case closeInput(Int)
  /// A signal for its process group.
  case signal(Int, Signal)
  /// Ends all its processes, step by step.
  case end(Int, TerminationSequence)
  /// A new size of its terminal.
  case resize(Int, rows: UInt16, columns: UInt16)
  /// More bytes of an output are taken.
  case credit(Int, OutputStream, Int)
  /// The controller lives, and will say so again before this time is over.
  case alive(Duration)
  /// Kills all its processes; nothing more is to be said about it.
  case forget(Int)
}

extension ProcessOrder {
  private enum Code: Int {
    case start, input, closeInput, signal, end, resize, credit, alive, forget
  }

  /// The item for the channel.
  package var value: WireValue {
    switch self {
    case .start(let number, let request): self.item(.start, number, request.value)
    case .input(let number, let bytes): self.item(.input, number, .bytes(bytes))
    case .closeInput(let number): self.item(.closeInput, number)
    case .signal(let number, let signal): self.item(.signal, number, signal.wireValue)
    case .end(let number, let sequence): self.item(.end, number, sequence.wireValue)
    case .resize(let number, let rows, let columns):
      self.item(.resize, number, .int(Int(rows)), .int(Int(columns)))
    case .credit(let number, let stream, let bytes):
      self.item(.credit, number, .int(stream.wireNumber), .int(bytes))
    case .alive(let patience): self.item(.alive, 0, .float(patience / .seconds(1)))
    case .forget(let number): self.item(.forget, number)
    }
  }

  private func item(_ code: Code, _ number: Int, _ values: WireValue...) -> WireValue {
    .tuple([.int(code.rawValue), .int(number)] + values)
  }

  /// Reads an item of the channel; `nil` if it makes no sense.
  package init?(_ item: WireValue) {
    guard case .tuple(let parts) = item, parts.count >= 2, let number = parts[1].int,
      let code = parts[0].int.flatMap(Code.init)
    else { return nil }
    let first = parts.count > 2 ? parts[2] : .none
    let second = parts.count > 3 ? parts[3].int : nil
    switch (code, first.int, second) {
    case (.start, _, _):
      guard let request = ProcessRequest(first) else { return nil }
      self = .start(number, request)
    case (.input, _, _): self = .input(number, first.bytes ?? [])
    case (.closeInput, _, _): self = .closeInput(number)
    case (.signal, _, _):
      guard let signal = Signal(first) else { return nil }
      self = .signal(number, signal)
    case (.end, _, _):
      guard let sequence = TerminationSequence(first) else { return nil }
      self = .end(number, sequence)
    case (.resize, let rows?, let columns?):
      self = .resize(number, rows: UInt16(clamping: rows), columns: UInt16(clamping: columns))
    case (.credit, let code?, let bytes?):
      guard let stream = OutputStream(wireNumber: code) else { return nil }
      self = .credit(number, stream, bytes)
    case (.alive, _, _): self = .alive(Duration(first) ?? .seconds(60))
    case (.forget, _, _): self = .forget(number)
    default: return nil
    }
  }
}
