import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Testbed
import Testing

/// A worker that is not what its specification says.
@Suite(.timeLimit(.minutes(1)))
struct WrongWorkerTests {
  @Test func `a worker that cannot run the service refuses each command`() async throws {
    let spec = "popen//python=\(try StaticPrograms.worker())"
    try await withGateway(spec) { gateway in
      for _ in 0..<2 {
        let result = await gateway.run(Command("true"))
        #expect(result.outcome.failure?.kind == .spawnFailed)
        #expect(result.outcome.failure?.message.contains("runs Swift") == true, "\(result.outcome)")
      }
    }
  }
}
