import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Foundation
import Testbed
import Testing

/// A user who may have few processes.
@Suite(.timeLimit(.minutes(2)))
struct ShortageTests {
  @Test(arguments: ["swift", "python"])
  func `processes wait for others to end where there may be no more`(worker: String) async throws {
    try await TemporaryFolder.withFolder { folder async throws in
      let isPython = worker == "python"
      let program =
        isPython ? "/usr/bin/python3" : try Self.copy(of: StaticPrograms.worker(), in: folder)
      let user = UInt32.random(in: 61_000..<64_000)
      // The worker and its guard need about ten of them, for each thread counts.
      let script = """
        #!/bin/sh
        exec setpriv --reuid \(user) --regid \(user) --clear-groups prlimit --nproc=24 \(program) "$@"

        """
      let path = folder.appending(component: "limited")
      try Data(script.utf8).write(to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
      try await withGateway("popen//\(worker)=\(path.path)") { gateway in
        let processes = (0..<60).map { _ in gateway.launch(Command("sleep", "0.2")) }
        for process in processes {
          let result = try await process.wait(within: .seconds(40))
          #expect(result.outcome == .exited(0))
        }
      }
    }
  }

  private static func copy(of program: String, in folder: URL) throws -> String {
    let copy = folder.appending(component: "worker").path
    try FileManager.default.copyItem(atPath: program, toPath: copy)
    return copy
  }
}
