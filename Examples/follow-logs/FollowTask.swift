import ConvokeGateway
import ConvokeWire
import ConvokeWorker

/// What runs on the hosts: sends the lines that are added to logs.
///
/// Each item is a tuple of the number of a path and a list of lines as bytes; the first one of each
/// path has, instead of lines, whether there is a file. `send` waits for a controller that is slow,
/// and then nothing is read. The task is cancelled when the controller is gone.
let follow = RemoteTask("follow") { (channel, paths: [String], skipsContents: Bool) in
  try await sendLines(of: paths, skipsContents, over: channel)
}

private func sendLines(
  of paths: [String],
  _ skipsContents: Bool,
  over channel: Channel
) async throws {
  var tails: [LogTail] = []
  for (number, path) in paths.enumerated() {
    let tail = try LogTail(path, skipsContents: skipsContents)
    try await channel.send(.tuple([.int(number), .bool(tail.exists)]))
    tails.append(tail)
  }
  while true {
    var isBusy = false
    for number in tails.indices {
      let hasMore = try await tails[number].look { lines in
        try await channel.send(.tuple([.int(number), .list(lines.map { .bytes($0) })]))
      }
      isBusy = isBusy || hasMore
    }
    if !isBusy { try await Task.sleep(for: .milliseconds(100)) }
  }
}
