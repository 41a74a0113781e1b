import ConvokeGateway
import ConvokeWire
import Foundation
import Glibc
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OrphanTests {
  @Test func `a program that is killed leaves no worker, busy or not, and none of their children`()
    async throws
  {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "workers").path
      await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
        try await withGroup(["popen*2", "popen//via=gw0"]) { group in
          let starting = "import os, subprocess; channel.send([os.getpid(), "
          let children = try group.execute(
            .python(starting + "subprocess.Popen(['sleep', '1000']).pid])")
          )
          let numbers = try await children.receiveEach().flatMap { $0.elements ?? [] }
          _ = try group[1].execute(.python("while True: pass"))
          let text = numbers.compactMap(\.int).map(String.init).joined(separator: " ")
          try text.write(toFile: file, atomically: true, encoding: .utf8)
          kill(getpid(), SIGKILL)
        }
      }
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let left = text.split(separator: " ").compactMap { Int32($0) }
      #expect(left.count == 6)
      #expect(
        try await eventually(within: .seconds(20)) { !left.contains(where: ProcessTable.isAlive) },
        "\(left.filter(ProcessTable.isAlive)) are left of \(left)"
      )
    }
  }

  @Test func `a link that is cut fails the channels and ends the worker`() async throws {
    try await withGroup(["popen//id=host", "socket//installvia=host//id=guest"]) { group in
      let gateway = group[1]
      let channel = try gateway.execute(.python("channel.send(1)\nchannel.receive()"))
      _ = try await channel.receive()
      let worker = try await gateway.information().processID
      kill(worker, SIGKILL)
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .gatewayLost)
    }
  }
}
