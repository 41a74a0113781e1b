import ConvokeActors
import ConvokeGateway
import CoreMetrics
import Instrumentation
import MetricsTestKit
import Testbed
import Testing
import WorkerFixtures

/// Measurements and traces over a gateway.
@Suite(.timeLimit(.minutes(1)))
struct TelemetryTests {
  @Test func `what is measured there is measured here, with the place`() async throws {
    let metrics = TestMetrics()
    var options = GatewayOptions()
    options.metrics = metrics
    try await withGateway("local//swift=\(Fixture.path)//id=there", options: options) { gateway in
      try await gateway.execute(.task("measure", 1000)).waitClosed()
      let place = [("gateway", "there"), ("host", "local")]
      let visits = { try? metrics.expectCounter("visits", [("door", "front")] + place) }
      #expect(try await eventually { visits()?.totalValue == 1000 })
      #expect(
        try await eventually {
          (try? metrics.expectTimer("lunch", place))?.values == [2_000_000_000]
        }
      )
      #expect(try metrics.expectMeter("level", place).values == [7.5])
      #expect(try metrics.expectRecorder("sizes", place).values == [12])
    }
  }

  @Test func `a trace goes along with tasks and with calls of actors`() async throws {
    Self.bootstrap
    let system = ConvokeActorSystem()
    try await withGateway("local//swift=\(Fixture.path)") { gateway in
      let desk = try await gateway.spawn(Desk.self, .init(name: "desk"), system: system)
      var context = ServiceContext.topLevel
      context[FixtureTrace.self] = "thread"
      try await ServiceContext.withValue(context) { () async throws -> Void in
        #expect(try await gateway.execute(.task("trace")).receive(as: String.self) == "thread")
        #expect(try await desk.trace() == "thread")
      }
      #expect(try await gateway.execute(.task("trace")).receive(as: String.self) == "no trace")
      #expect(try await desk.trace() == "no trace")
    }
  }

  /// A program has one instrument, set once.
  private static let bootstrap: Void = InstrumentationSystem.bootstrap(FixtureInstrument())
}
