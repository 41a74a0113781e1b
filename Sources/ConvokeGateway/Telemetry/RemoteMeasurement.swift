package import ConvokeWire

/// Something that was measured on a worker with swift-metrics.
package struct RemoteMeasurement: Sendable, Equatable {
  /// A name and a value that tell one instrument from others with the same label.
  package struct Dimension: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What was done to the instrument.
  package enum Change: Sendable, Equatable {
    /// A counter went up.
    case count(Int64)
    /// A counter of fractions went up.
    case add(Double)
    /// A counter was set back.
    case reset
    /// A meter was set.
    case meter(Double)
    /// A meter changed.
    case meterChange(Double)
    /// A recorder that is aggregated got a value.
    case record(Double)
    /// A recorder that is not aggregated got a value.
    case gauge(Double)
    /// A timer got a duration, in nanoseconds.
    case time(Int64)
  }

  /// The label of the instrument.
  package var label: String
  /// Its dimensions.
  package var dimensions: [Dimension]
  /// What was done to it.
  package var change: Change

  /// Makes a measurement.
  package init(label: String, dimensions: [Dimension], change: Change) {
    self.label = label
    self.dimensions = dimensions
    self.change = change
  }

  /// Joins what can be told in one: the steps of counters that follow each other.
  package static func joined(_ measurements: [RemoteMeasurement]) -> [RemoteMeasurement] {
    var result: [RemoteMeasurement] = []
    for measurement in measurements {
      if let last = result.last, last.label == measurement.label,
        last.dimensions == measurement.dimensions, let sum = last.change + measurement.change
      {
        result[result.count - 1].change = sum
      } else {
        result.append(measurement)
      }
    }
    return result
  }
}

extension RemoteMeasurement.Change {
  fileprivate static func + (left: Self, right: Self) -> Self? {
    switch (left, right) {
    case (.count(let one), .count(let other)): .count(one &+ other)
    case (.add(let one), .add(let other)): .add(one + other)
    case (.meterChange(let one), .meterChange(let other)): .meterChange(one + other)
    default: nil
    }
  }
}

// MARK: - As values of the wire

extension RemoteMeasurement {
  /// The measurement as an item of a channel: label, a dictionary of dimensions, a word, a number.
  package var wireValue: WireValue {
    let pairs = self.dimensions.map { WireValue.Pair(.string($0.name), .string($0.value)) }
    let (word, number) = self.change.wire
    return .tuple([.string(self.label), .dictionary(pairs), .string(word), number])
  }

  /// Reads a measurement; `nil` if it makes no sense.
  package init?(_ value: WireValue) {
    guard case .tuple(let parts) = value, parts.count == 4, let label = parts[0].string,
      let pairs = parts[1].pairs, let word = parts[2].string,
      let change = Change(word, parts[3])
    else { return nil }
    let dimensions = pairs.compactMap { pair in
      pair.key.string.flatMap { name in
        pair.value.string.map { Dimension(name: name, value: $0) }
      }
    }
    self.init(label: label, dimensions: dimensions, change: change)
  }
}

extension RemoteMeasurement.Change {
  fileprivate var wire: (word: String, number: WireValue) {
    switch self {
    case .count(let amount): ("count", .int(Int(amount)))
    case .add(let amount): ("add", .float(amount))
    case .reset: ("reset", .none)
    case .meter(let value): ("meter", .float(value))
    case .meterChange(let amount): ("meter change", .float(amount))
    case .record(let value): ("record", .float(value))
    case .gauge(let value): ("gauge", .float(value))
    case .time(let nanoseconds): ("time", .int(Int(nanoseconds)))
    }
  }

  fileprivate init?(_ word: String, _ number: WireValue) {
    switch (word, number) {
    case ("count", .int(let amount)): self = .count(Int64(amount))
    case ("add", .float(let amount)): self = .add(amount)
    case ("reset", _): self = .reset
    case ("meter", .float(let value)): self = .meter(value)
    case ("meter change", .float(let amount)): self = .meterChange(amount)
    case ("record", .float(let value)): self = .record(value)
    case ("gauge", .float(let value)): self = .gauge(value)
    case ("time", .int(let nanoseconds)): self = .time(Int64(nanoseconds))
    default: return nil
    }
  }
}
