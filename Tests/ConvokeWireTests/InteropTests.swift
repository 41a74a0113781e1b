import ConvokeWire
import Foundation
import Testbed
import Testing

/// Genuine execnet, from PyPI, on the other side; `scripts/setup-tests` installs it.
@Suite struct InteropTests {
  private let serializer = WireSerializer(form: .standalone)

  @Test(.timeLimit(.minutes(1)))
  func `what execnet writes is read and written again the same`() async throws {
    let seed = SeededGenerator.announcedSeed()
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "made").path
      _ = try await self.execnet(["make", String(seed), "3000", file])
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 3000)
      for line in lines {
        let parts = line.split(separator: " ")
        let dump = bytes(String(parts[0]))
        let value = try self.serializer.value(from: dump)
        #expect(try self.serializer.bytes(of: value) == dump)
        #expect(InteropText.text(value) == parts[1])
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `what is written is what execnet reads and writes`() async throws {
    var values = RandomValues(generator: SeededGenerator(seed: SeededGenerator.announcedSeed()))
    values.isForMessages = false
    let made = (0..<3000).map { _ in values.value() }
    let dumps = try made.map { hexadecimal(try self.serializer.bytes(of: $0)) }
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "made").path
      try (dumps.joined(separator: "\n") + "\n").write(
        toFile: file,
        atomically: false,
        encoding: .utf8
      )
      let lines = try await self.execnet(["read", file]).split(separator: "\n")
      #expect(lines.count == made.count)
      for (index, line) in lines.enumerated() {
        let parts = line.split(separator: " ")
        #expect(InteropText.text(made[index]) == parts[0])
        if parts[1] != "refused", !InteropText.hasSets(made[index]) {
          #expect(dumps[index] == parts[1])
        }
      }
    }
  }

  /// Runs the program beside these tests, and returns what it prints.
  private func execnet(_ arguments: [String]) async throws -> String {
    let program = Tool.packageFolder.appending(components: "Tests", "Interop", "wire.py").path
    let result = try await Tool.run(Tool.execnetPython, [program] + arguments)
    #expect(result.errors == "")
    try #require(result.status == 0)
    return result.output
  }
}
