import Foundation
import Testbed
import Testing

@testable import ConvokeGateway

struct ProgramHeaderTests {
  @Test func `a static program and one with shared libraries are told apart`() throws {
    let own = try ProgramHeader.read(try StaticPrograms.worker())
    #expect(own.isStatic)
    #expect(own.machine == (try Self.machine))
    let shell = try ProgramHeader.read("/bin/sh")
    #expect(!shell.isStatic)
    #expect(shell.machine == own.machine)
  }

  private static var machine: String {
    get throws {
      var names = utsname()
      guard unsafe uname(&names) == 0 else { return "" }
      return unsafe withUnsafeBytes(of: names.machine) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }

  @Test(arguments: ["/etc/passwd", "/dev/null"])
  func `what is no program is named`(path: String) {
    let error = #expect(throws: GatewayError.self) { try ProgramHeader.read(path) }
    #expect(error?.message.contains(path) == true)
  }

  @Test func `a head that is cut off or lies is refused`() {
    var head = [UInt8](repeating: 0, count: 64)
    head.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
    head[18] = 62
    #expect(ProgramHeader(head) == nil)
    head[54] = 56
    #expect(ProgramHeader(head)?.machine == "x86_64")
    head[56] = 200
    #expect(ProgramHeader(head) == nil)
    #expect(ProgramHeader(Array(head.prefix(20))) == nil)
  }
}
