import ConvokeGateway
import ConvokeWire

/// Sends home what is measured.
struct MetricsService: WorkerService {
  static let queue = HomeQueue<RemoteMeasurement>(limit: 100_000)

  let name = Gateway.metricsService

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    while !Task.isCancelled {
      // Measurements that find no room are lost, as they are between two scrapes.
      let measurements = RemoteMeasurement.joined(await Self.queue.next().elements)
      for measurement in measurements { try await channel.send(measurement.wireValue) }
    }
  }
}
