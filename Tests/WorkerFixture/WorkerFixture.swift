import ConvokeActors
import ConvokeWorker
import Instrumentation
import WorkerFixtures

/// A program that can only be a worker: the tests are its controllers.
@main
enum WorkerFixture {
  static func main() async {
    InstrumentationSystem.bootstrap(FixtureInstrument())
    await Worker.serveIfAsked(FixtureTasks.all + FixtureTasks.contract, services: [.actors])
    print("this program is a worker of the tests; it does nothing by itself")
  }
}
