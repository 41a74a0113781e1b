import ConvokeProcess
import Foundation
import Testbed
import Testing

/// The programs of the folder `Examples`, run as their comments say.
@Suite(.timeLimit(.minutes(2)))
struct ExampleProgramTests {
  private func run(
    _ name: String,
    _ arguments: [String],
    _ environment: [String: String?] = [:]
  ) async throws -> String {
    let path = Tool.packageFolder.appending(components: ".build", "debug", name).path
    let result = await Command(arguments: [path] + arguments).with {
      $0.environment = environment
    }.run()
    #expect(result.outcome == .exited(0), "\(result.stderr.text)")
    return result.stdout.text
  }

  @Test func `primes are counted by workers of this machine`() async throws {
    let output = try await self.run("primes", ["100000"])
    #expect(output == "there are 9592 primes below 100000\n")
  }

  @Test func `primes are counted by hosts that get the program by themselves`() async throws {
    let fleet = try SSHFleet.shared()
    let program = try StaticPrograms.path(of: "primes")
    let specs = fleet.hostNames[20..<24].map {
      "ssh=\($0)//ssh_config=\(fleet.configFile)//swift"
    }
    let result = await Command(arguments: [program, "50000"] + specs).run()
    #expect(result.outcome == .exited(0), "\(result.stderr.text)")
    #expect(result.stdout.text == "there are 5133 primes below 50000\n")
  }

  @Test func `words are counted by Python and Swift together`() async throws {
    try await TemporaryFolder.withFolder { folder in
      var paths: [String] = []
      for number in 0..<20 {
        let path = folder.appending(component: "\(number)").path
        try String(repeating: "To be or not to be ", count: number).write(
          toFile: path,
          atomically: true,
          encoding: .utf8
        )
        paths.append(path)
      }
      let output = try await self.run("word-count", paths)
      #expect(output == "380 be\n380 to\n190 not\n190 or\n")
    }
  }
}
