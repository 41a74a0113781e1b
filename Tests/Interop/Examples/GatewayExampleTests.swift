import ConvokeGateway
import ConvokeWire
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GatewayExampleTests {
  @Test func `the first steps`() async throws { #expect(try await firstSteps() == 42) }

  @Test func `a function and a file run on a worker`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "far.py").path
      try """
      def multiply(channel, factor, count):
          for number in range(count):
              channel.send(number * factor)
      """.write(toFile: file, atomically: true, encoding: .utf8)
      let whole = folder.appending(component: "whole.py").path
      try """
      if __name__ == "__channelexec__":
          channel.send("from the file")
      """.write(toFile: whole, atomically: true, encoding: .utf8)
      #expect(try await multiply(file: file, 5) == [0, 5, 10])
      #expect(try await runFile(whole) == "from the file")
    }
  }

  @Test func `workers say where and what they are`() async throws {
    #expect(try await directories(["popen//chdir=/", "popen//chdir=/usr"]) == ["/", "/usr"])
    #expect(try await about("popen").platform == "linux")
  }

  @Test func `a callback gets all items`() async throws {
    #expect(try await callback() == Array(0..<10))
  }

  @Test func `work is spread over workers`() async throws {
    let results = try await distribute(Array(0..<20), over: ["popen*3"])
    #expect(results.sorted() == (0..<20).map { $0 * $0 })
  }

  @Test func `a file server`() async throws {
    let texts = try await fetch(["/etc/hostname", "/etc/passwd"], from: "popen")
    #expect(texts[1] == (try String(contentsOfFile: "/etc/passwd", encoding: .utf8)))
    #expect(texts.count == 2)
  }

  @Test func `proxies and servers`() async throws {
    #expect(try await throughProxy())
    #expect(try await throughSocket() == 21)
  }

  @Test func `members of a group`() async throws {
    #expect(try await members() == ["gw0", "hello", "hello", "hello", "0"])
  }

  @Test func `strings of another Python`() async throws {
    let python = NSHomeDirectory() + "/.pyenv/versions/2.7.18/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else { return }
    let values = try await oldStrings(python)
    #expect(values == [.string("text"), .bytes(Array("text".utf8))])
  }

  @Test func `an error and its traceback`() async throws {
    #expect(try await farError()?.contains("KeyError: 'missing'") == true)
  }

  @Test func `surroundings of a worker`() async throws {
    #expect(try await surroundings() == ["value", "/tmp", 2])
  }
}
