import ConvokeGateway
package import ConvokeWorker
import CoreMetrics
import Glibc
import Instrumentation
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
    RemoteTask("measure") { (channel, count: Int) in
      let visits = Counter(label: "visits", dimensions: [("door", "front")])
      for _ in 0..<count { visits.increment() }
      Meter(label: "level").set(7.5)
      Recorder(label: "sizes").record(12)
      Timer(label: "lunch").recordSeconds(2)
    },
    RemoteTask("trace") { channel in
      try await channel.send(ServiceContext.current?[FixtureTrace.self] ?? "no trace")
    },
    RemoteTask("complain") { (channel, words: String) in
      let line = Array((words + "\n").utf8)
      _ = unsafe write(STDERR_FILENO, line, line.count)
    },
  ]
}
