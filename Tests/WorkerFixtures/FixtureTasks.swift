import ConvokeGateway
package import ConvokeWorker

/// The tasks of the worker of the tests.
package enum FixtureTasks {
  package static let all = [
    RemoteTask("multiply") { (channel, factor: Int) in
      for try await number in channel.items(as: Int.self) {
        try await channel.send(number * factor)
      }
    },
    RemoteTask("print") { (channel, words: String) in print(words) },
  ]
}
