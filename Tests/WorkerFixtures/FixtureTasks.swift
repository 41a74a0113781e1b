import ConvokeGateway
package import ConvokeWorker
import Glibc
import Logging

/// The tasks of the worker of the tests.
package enum FixtureTasks {
  package static let all = [
    RemoteTask("multiply") { (channel, factor: Int) in
      for try await number in channel.items(as: Int.self) {
        try await channel.send(number * factor)
      }
    },
    RemoteTask("print") { (channel, words: String) in print(words) },
    RemoteTask("log") { (channel, words: String) in
      var logger = Logger(label: "desk")
      logger[metadataKey: "drawer"] = "7"
      logger.debug("not wanted")
      logger.warning("\(words)", metadata: ["cause": "wear"])
    },
    RemoteTask("complain") { (channel, words: String) in
      let line = Array((words + "\n").utf8)
      _ = unsafe write(STDERR_FILENO, line, line.count)
    },
  ]
}
