import CoreMetrics
import Synchronization

/// Measures here again what was measured on a worker, with the gateway and the host as dimensions.
final class MeasurementReplay: Sendable {
  private struct Name: Hashable {
    var label: String
    var dimensions: [RemoteMeasurement.Dimension]
    var kind: String
  }

  private let place: [RemoteMeasurement.Dimension]
  private let factory: any MetricsFactory
  private let instruments = Mutex<[Name: any Sendable]>([:])

  init(gateway: String, host: String, factory: any MetricsFactory) {
    self.place = [.init(name: "gateway", value: gateway), .init(name: "host", value: host)]
    self.factory = factory
  }

  func play(_ measurement: RemoteMeasurement) {
    switch measurement.change {
    case .count(let amount): self.counter(measurement).increment(by: amount)
    case .add(let amount): self.floatingPointCounter(measurement).increment(by: amount)
    case .reset:
      self.counter(measurement).reset()
      self.floatingPointCounter(measurement).reset()
    case .meter(let value): self.meter(measurement).set(value)
    case .meterChange(let amount): self.meter(measurement).increment(by: amount)
    case .record(let value): self.recorder(measurement, aggregate: true).record(value)
    case .gauge(let value): self.recorder(measurement, aggregate: false).record(value)
    case .time(let nanoseconds): self.timer(measurement).recordNanoseconds(nanoseconds)
    }
  }

  private func counter(_ measurement: RemoteMeasurement) -> Counter {
    self.instrument(measurement, "counter") {
      Counter(label: $0, dimensions: $1, factory: self.factory)
    }
  }

  private func floatingPointCounter(_ measurement: RemoteMeasurement) -> FloatingPointCounter {
    self.instrument(measurement, "floating-point counter") {
      FloatingPointCounter(label: $0, dimensions: $1, factory: self.factory)
    }
  }

  private func meter(_ measurement: RemoteMeasurement) -> Meter {
    self.instrument(measurement, "meter") {
      Meter(label: $0, dimensions: $1, factory: self.factory)
    }
  }

  private func recorder(_ measurement: RemoteMeasurement, aggregate: Bool) -> Recorder {
    self.instrument(measurement, aggregate ? "recorder" : "gauge") {
      Recorder(label: $0, dimensions: $1, aggregate: aggregate, factory: self.factory)
    }
  }

  private func timer(_ measurement: RemoteMeasurement) -> Timer {
    self.instrument(measurement, "timer") {
      Timer(label: $0, dimensions: $1, factory: self.factory)
    }
  }

  private func instrument<Instrument: Sendable>(
    _ measurement: RemoteMeasurement,
    _ kind: String,
    _ make: (String, [(String, String)]) -> Instrument
  ) -> Instrument {
    let name = Name(
      label: measurement.label,
      dimensions: measurement.dimensions,
      kind: kind
    )
    return self.instruments.withLock { instruments in
      if let known = instruments[name] as? Instrument { return known }
      let dimensions = (measurement.dimensions + self.place).map { ($0.name, $0.value) }
      let new = make(measurement.label, dimensions)
      instruments[name] = new
      return new
    }
  }
}
