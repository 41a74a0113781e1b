import ConvokeGateway
import ConvokeWire
package import ConvokeWorker

extension FixtureTasks {
  /// The work of the one contract, as a worker in Swift does it.
  package static let contract = [
    RemoteTask("echo") { channel in for try await item in channel { try await channel.send(item) }
    },
    RemoteTask("count") { channel in
      for number in 0..<2000 { try await channel.send(number) }
    },
    RemoteTask("sum") { channel in
      var total = 0
      while let number = try await channel.receive().int { total += number }
      try await channel.send(total)
    },
    RemoteTask("fail") { channel in
      try await channel.send(1)
      throw GatewayError(.badValue, "some words")
    },
    RemoteTask("newChannel") { channel in
      try await channel.receiveChannel().send("to yours")
      let mine = try channel.gateway.newChannel()
      try await channel.send(mine)
      try await channel.send(try await mine.receive())
    },
    RemoteTask("wait") { channel in _ = try await channel.receive() },
  ]
}
