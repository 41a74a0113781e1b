// More examples of docs/from-execnet.md: channels as files, output, copies, values in files.
import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import ConvokeWire
import Foundation

/// What code over there prints, line by line, over a channel that it has made itself.
func redirectedOutput() async throws -> [String] {
  try await withGateway { gateway in
    let redirection = try gateway.execute(
      .python(
        """
        import sys
        output = channel.gateway.newchannel()
        sys.stdout = output.makefile("w", proxyclose=True)
        channel.send(output)
        """
      )
    )
    let reader = try await redirection.receiveChannel().makeReader()
    _ = try gateway.execute(
      .python("import sys\nprint('hello')\nprint('the end')\nsys.stdout.close()")
    )
    var lines: [String] = []
    for try await line in reader.lines { lines.append(line) }
    return lines
  }
}

/// What workers and their children print, without any change to the code that prints.
func outputAtHome() async throws -> String {
  let (chunks, continuation) = AsyncStream.makeStream(of: OutputChunk.self)
  var options = GatewayOptions()
  options.outputHandler = { continuation.yield($0) }
  try await withGateway("popen", options: options) { gateway in
    let program = "print('from Python', flush=True)\nimport os; os.system('echo from a shell')"
    try await gateway.execute(.python(program)).waitClosed()
  }
  continuation.finish()
  return await chunks.reduce(into: "") { $0 += String(decoding: $1.bytes, as: UTF8.self) }
}

/// A channel that code over there reads as a file, line by line.
func countWords(_ lines: [String]) async throws -> [Int] {
  try await withGateway { gateway in
    let channel = try gateway.execute(
      .python(
        """
        file = channel.makefile("r")
        while True:
            line = file.readline()
            if not line.strip():
                break
            channel.send(len(line.split()))
        """
      )
    )
    let writer = channel.makeWriter()
    for line in lines + [""] { try await writer.write(line + "\n") }
    var counts: [Int] = []
    for try await count in channel.items(as: Int.self) { counts.append(count) }
    return counts
  }
}

/// A directory for several workers, read once; what is not in it goes.
func synchronize(_ source: String, _ destinations: [String]) async throws -> [String] {
  try await withGroup(["popen*\(destinations.count)"]) { group in
    var options = SyncOptions()
    options.filter = { $0.name != "ignored" }
    var sync = DirectorySync(source, options: options)
    for (gateway, destination) in zip(group.gateways, destinations) {
      sync.addTarget(gateway, destination, deletes: true)
    }
    return try await sync.run().outcomes.map { "\($0.gateway): \($0.files) sent" }
  }
}

/// A value in a file that any Python reads and writes, with strings of Python 2 as text.
func valueInFile(_ path: String) throws -> [String] {
  let written = WireValue.list(["hello", .python2String(Array("world".utf8))])
  let bytes = try WireSerializer(form: .standalone).bytes(of: written)
  try Data(bytes).write(to: URL(filePath: path))

  let read = [UInt8](try Data(contentsOf: URL(filePath: path)))
  let value = try WireSerializer(form: .standalone, strings: .channel).value(from: read)
  return value.elements?.compactMap(\.string) ?? []
}
