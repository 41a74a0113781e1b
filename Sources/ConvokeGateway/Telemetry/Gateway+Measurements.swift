import CoreMetrics

extension Gateway {
  /// The name of the service that sends home what is measured.
  package static var metricsService: String { "metrics" }

  /// Measures here again what is measured on a worker in Swift, until the gateway ends.
  func forwardMeasurements(to factory: any MetricsFactory) throws {
    let channel = try self.execute(.service(Self.metricsService))
    let replay = MeasurementReplay(gateway: self.id, host: self.spec.place, factory: factory)
    try channel.setCallback { item in
      if let measurement = RemoteMeasurement(item) { replay.play(measurement) }
    }
  }
}
