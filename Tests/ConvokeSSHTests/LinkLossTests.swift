import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

/// Links that break without a word, on hosts with a network of their own.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LinkLossTests {
  @Test(arguments: [false, true])
  func `a cut cable ends the command on both sides`(hasInput: Bool) async throws {
    let mark = Remote.mark()
    try await NetworkFleet.withNetworkFleet(hosts: 1) { fleet in
      var settings = SSHSettings()
      settings.configFile = fleet.configFile
      settings.keepAlive = .seconds(2)
      let connections = SSHConnections(settings)
      let host = Host(fleet.hostNames[0])
      let first = await connections.run(.shell("true"), on: host)
      #expect(first.outcome == .exited(0))
      let line = "export MARK=\(mark); sleep 300 & echo up; sleep 300; :"
      let command = Command.shell(line).with { $0.input = hasInput ? .stream : .none }
      let heard = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        await connections.run(
          command.with { $0.stdout.lineHandler = { _ in heard.continuation.yield() } },
          on: host
        )
      }
      for await _ in heard.stream { break }
      // The keeper of a command with input needs a moment; bash itself waits with a limit.
      if hasInput {
        let isWatched = try await eventually(within: .seconds(20)) {
          try await fleet.run(on: host.name, ["sh", "-c", "pgrep -fx 'sleep 20' || :"]) != ""
        }
        #expect(isWatched)
      }
      try await fleet.cut(host.name)
      let result = await task.value
      #expect(result.outcome.word == "lost")
      let isGone = try await eventually(within: .seconds(40)) {
        try ProcessTable.processesLeft(matching: mark).isEmpty
      }
      #expect(isGone)
      try await fleet.heal(host.name)
      await connections.close()
    }
  }
}
