import Foundation
import Testing

@testable import ConvokeProcess

@Suite(.timeLimit(.minutes(1)))
struct SHA256Tests {
  // FIPS 180-4's examples, from NIST's page "Examples with Intermediate Values".
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `known texts have known hashes`(text: String, hash: String) {
    #expect(SHA256.hexadecimal(of: Array(text.utf8)) == hash)
  }

  @Test func `it agrees with sha256sum on all lengths around blocks`() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(component: "convoke-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var expected: [Substring] = []
    for length in Array(0...130) + [1000, 4095, 4096, 65_535, 65_536] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
      try Data(bytes).write(to: folder.appending(component: "\(length)"))
      expected.append("\(SHA256.hexadecimal(of: bytes))  \(length)")
    }
    let command = Command.shell("sha256sum *").with { $0.directory = folder.path }
    let lines = await command.run().stdout.text.split(separator: "\n")
    #expect(lines.sorted() == expected.sorted())
  }
}
