import ConvokeProcess
import ConvokeWire

extension Signal {
  /// The name, for numbers differ from system to system; the number if there is no name.
  var wireValue: WireValue {
    let name = self.name
    return name.first?.isNumber == true ? .int(Int(self.rawValue)) : .string(name)
  }

  init?(_ value: WireValue) {
    if let number = value.int {
      self.init(rawValue: Int32(truncatingIfNeeded: number))
    } else if let name = value.string {
      self.init(name: name)
    } else {
      return nil
    }
  }
}

extension OutputStream {
  /// The number of the descriptor.
  var wireNumber: Int { self == .stdout ? 1 : 2 }

  init?(wireNumber: Int) {
    switch wireNumber {
    case 1: self = .stdout
    case 2: self = .stderr
    default: return nil
    }
  }
}

extension TerminationSequence {
  var wireValue: WireValue {
    .list(self.steps.map { .tuple([$0.signal.wireValue, .float($0.wait / .seconds(1))]) })
  }

  init?(_ value: WireValue) {
    var steps: [Step] = []
    for step in value.elements ?? [] {
      guard let parts = step.elements, parts.count == 2, let wait = Duration(parts[1]) else {
        return nil
      }
      // A signal that this system does not have is left out.
      if let signal = Signal(parts[0]) { steps.append(Step(signal, wait: wait)) }
    }
    self.init(steps)
  }
}

extension Duration {
  /// Reads a number of seconds.
  init?(_ value: WireValue) {
    switch value {
    case .float(let seconds) where seconds.isFinite && abs(seconds) < 1e12: self = .seconds(seconds)
    case .int(let seconds): self = .seconds(seconds)
    default: return nil
    }
  }
}
