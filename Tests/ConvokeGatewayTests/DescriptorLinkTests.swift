import ConvokeProcess
import Foundation
import Glibc
import Synchronization
import Testbed
import Testing

@testable import ConvokeGateway

/// Links over descriptors, read by the reactor and by those who wait, in turns.
struct DescriptorLinkTests {
  /// What came, and whether it has ended.
  private final class Inbox: Sendable {
    let bytes = Mutex<[UInt8]>([])
    let ends = Mutex(0)

    var count: Int { self.bytes.withLock { $0.count } }

    func attach(to link: DescriptorLink) {
      link.start(
        receive: { [self] bytes in self.bytes.withLock { $0 += bytes } },
        end: { [self] _ in self.ends.withLock { $0 += 1 } }
      )
    }
  }

  private func sockets() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    try #require(unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0)
    return (ends[0], ends[1])
  }

  /// Answers each byte with its successor until the end, on a thread of its own.
  private func answer(on socket: Int32) {
    DedicatedThread.start {
      var byte: UInt8 = 0
      while unsafe read(socket, &byte, 1) == 1 {
        byte &+= 1
        guard unsafe write(socket, &byte, 1) == 1 else { break }
      }
      close(socket)
    }
  }

  @Test(arguments: 1...8)
  func `every byte comes once and in its order, whoever reads it`(round: Int) async throws {
    let (near, far) = try self.sockets()
    self.answer(on: far)
    let link = DescriptorLink(input: near, output: near)
    let inbox = Inbox()
    inbox.attach(to: link)
    for number in 0..<2000 {
      link.write { $0.append(UInt8(truncatingIfNeeded: number)) }
      // Now and then nobody waits, and the reactor has to read.
      if number % 7 != 0, link.readBriefly(until: { inbox.count > number }) { continue }
      let hasCome = try await eventually(within: .seconds(20)) { inbox.count > number }
      try #require(hasCome)
    }
    #expect(inbox.bytes.withLock { $0 } == (0..<2000).map { UInt8(truncatingIfNeeded: $0 + 1) })
    link.close()
    #expect(inbox.ends.withLock { $0 } == 0)
  }

  @Test func `what is held comes in one piece, at the last release or the end`() throws {
    let (near, far) = try self.sockets()
    let link = DescriptorLink(input: near, output: near)
    var buffer = [UInt8](repeating: 0, count: 16)
    let arrived = { unsafe recv(far, &buffer, buffer.count, Int32(MSG_DONTWAIT)) }
    link.hold()
    link.write { $0 += [1] }
    link.hold()
    link.write { $0 += [2, 3] }
    link.release()
    #expect(arrived() == -1)
    link.release()
    #expect(arrived() == 3 && buffer[..<3] == [1, 2, 3])
    link.hold()
    link.release()
    link.hold()
    link.write { $0 += [4] }
    link.closeWriting()
    #expect(arrived() == 1 && buffer[0] == 4)
    #expect(arrived() == 0)
    link.release()
    link.close()
    close(far)
  }

  @Test func `the other side's end comes once, whoever sees it`() async throws {
    for _ in 0..<50 {
      let (near, far) = try self.sockets()
      let link = DescriptorLink(input: near, output: near)
      let inbox = Inbox()
      inbox.attach(to: link)
      DedicatedThread.start { close(far) }
      for _ in 0..<20 { _ = link.readBriefly(until: { inbox.ends.withLock { $0 > 0 } }) }
      let hasEnded = try await eventually(within: .seconds(20)) { inbox.ends.withLock { $0 } > 0 }
      #expect(hasEnded)
      #expect(inbox.ends.withLock { $0 } == 1)
    }
  }

  @Test func `a link that is closed while somebody looks leaves its descriptor alone`() async throws
  {
    for _ in 0..<200 {
      let (near, far) = try self.sockets()
      let link = DescriptorLink(input: near, output: near)
      let inbox = Inbox()
      inbox.attach(to: link)
      DedicatedThread.start { link.close() }
      for _ in 0..<20 { _ = link.readBriefly(until: { inbox.count > 0 }) }
      // Once it is closed the other side sees the end; a second close would hit somebody else.
      let isClosed = try await eventually(within: .seconds(20)) {
        var byte: UInt8 = 0
        return unsafe recv(far, &byte, 1, Int32(MSG_DONTWAIT)) == 0
      }
      #expect(isClosed)
      close(far)
    }
  }
}
