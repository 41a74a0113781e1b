import ConvokeGateway
import CoreMetrics

/// What swift-metrics writes to on a worker whose controller wants the measurements.
struct HomeMetrics: MetricsFactory {
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    HomeInstrument(label, dimensions)
  }

  func makeFloatingPointCounter(
    label: String,
    dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    HomeFloatingPointCounter(HomeInstrument(label, dimensions))
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    HomeMeter(HomeInstrument(label, dimensions))
  }

  func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    HomeRecorder(HomeInstrument(label, dimensions), isAggregate: aggregate)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    HomeTimer(HomeInstrument(label, dimensions))
  }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// A name under which something is measured; by itself a counter.
private final class HomeInstrument: CounterHandler {
  private let label: String
  private let dimensions: [RemoteMeasurement.Dimension]

  init(_ label: String, _ dimensions: [(String, String)]) {
    self.label = label
    self.dimensions = dimensions.map { .init(name: $0, value: $1) }
  }

  func note(_ change: RemoteMeasurement.Change) {
    MetricsService.queue.add(
      RemoteMeasurement(label: self.label, dimensions: self.dimensions, change: change)
    )
  }

  func increment(by amount: Int64) { self.note(.count(amount)) }
  func reset() { self.note(.reset) }
}

private final class HomeFloatingPointCounter: FloatingPointCounterHandler {
  private let instrument: HomeInstrument
  init(_ instrument: HomeInstrument) { self.instrument = instrument }
  func increment(by amount: Double) { self.instrument.note(.add(amount)) }
  func reset() { self.instrument.note(.reset) }
}

private final class HomeMeter: MeterHandler {
  private let instrument: HomeInstrument
  init(_ instrument: HomeInstrument) { self.instrument = instrument }
  func set(_ value: Int64) { self.instrument.note(.meter(Double(value))) }
  func set(_ value: Double) { self.instrument.note(.meter(value)) }
  func increment(by amount: Double) { self.instrument.note(.meterChange(amount)) }
  func decrement(by amount: Double) { self.instrument.note(.meterChange(-amount)) }
}

private final class HomeRecorder: RecorderHandler {
  private let instrument: HomeInstrument
  private let isAggregate: Bool

  init(_ instrument: HomeInstrument, isAggregate: Bool) {
    self.instrument = instrument
    self.isAggregate = isAggregate
  }

  func record(_ value: Int64) { self.record(Double(value)) }
  func record(_ value: Double) {
    self.instrument.note(self.isAggregate ? .record(value) : .gauge(value))
  }
}

private final class HomeTimer: TimerHandler {
  private let instrument: HomeInstrument
  init(_ instrument: HomeInstrument) { self.instrument = instrument }
  func recordNanoseconds(_ duration: Int64) { self.instrument.note(.time(duration)) }
}
