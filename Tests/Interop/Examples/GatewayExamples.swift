// The examples of docs/from-execnet.md; GatewayExampleTests.swift runs them.
import ConvokeGateway
import ConvokeWire

/// A piece of code, and one value of it.
func firstSteps() async throws -> Int {
  try await withGateway("popen") { gateway in
    let channel = try gateway.execute(.python("channel.send(channel.receive() + 1)"))
    try await channel.send(41)
    return try await channel.receive(as: Int.self)
  }
}

/// A function out of a file, with arguments.
func multiply(file: String, _ factor: Int) async throws -> [Int] {
  try await withGateway { gateway in
    let program = try RemoteProgram.pythonFunction(
      "multiply",
      of: file,
      ["factor": .int(factor), "count": 3]
    )
    var products: [Int] = []
    for try await product in try gateway.execute(program).items(as: Int.self) {
      products.append(product)
    }
    return products
  }
}

/// A whole file, which talks over its channel.
func runFile(_ path: String) async throws -> String {
  try await withGateway { gateway in
    try await gateway.execute(.pythonFile(path)).receive(as: String.self)
  }
}

/// Where each worker is.
func directories(_ specs: [String]) async throws -> [String] {
  try await withGroup(specs) { group in
    let channels = try group.execute(.python("import os; channel.send(os.getcwd())"))
    return try await channels.receiveEach().compactMap(\.string)
  }
}

/// What a far interpreter is.
func about(_ spec: String) async throws -> WorkerInformation {
  try await withGateway(spec) { try await $0.information() }
}

/// Items that go to a callback, and the wait for the last one.
func callback() async throws -> [Int] {
  try await withGateway { gateway in
    let (items, continuation) = AsyncStream.makeStream(of: Int.self)
    let channel = try gateway.execute(.python("for number in range(10): channel.send(number)"))
    try channel.setCallback(endMarker: -1) { item in
      if let number = item.int, number >= 0 {
        continuation.yield(number)
      } else {
        continuation.finish()
      }
    }
    return await items.reduce(into: []) { $0.append($1) }
  }
}

/// A piece of work for whoever is free, and the results as they come.
func distribute(_ tasks: [Int], over specs: [String]) async throws -> [Int] {
  try await withGroup(specs) { group in
    let channels = try group.execute(
      .python(
        """
        channel.send(None)  # ready
        for task in channel:
            channel.send(task * task)
        """
      )
    )
    var left = tasks[...]
    var results: [Int] = []
    for await (channel, item) in channels.merged {
      if let result = try item.get().int { results.append(result) }
      if let task = left.popFirst() { try await channel.send(task) } else { channel.close() }
    }
    return results
  }
}

/// A file server: a channel for each file, sent over the first one.
func fetch(_ paths: [String], from spec: String) async throws -> [String] {
  try await withGateway(spec) { gateway in
    let server = try gateway.execute(
      .python(
        """
        for name, answer in channel:
            with open(name, "rb") as file:
                while True:
                    piece = file.read(8192)
                    if not piece:
                        break
                    answer.send(piece)
            answer.close()
        """
      )
    )
    var texts: [String] = []
    for path in paths {
      let answer = try gateway.newChannel()
      try await server.send(.tuple([.string(path), .channel(answer.reference)]))
      var bytes: [UInt8] = []
      for try await piece in answer { bytes += piece.bytes ?? [] }
      texts.append(String(decoding: bytes, as: UTF8.self))
    }
    return texts
  }
}

/// A worker behind another one.
func throughProxy() async throws -> Bool {
  try await withGroup(["popen//id=master", "popen//id=worker//via=master"]) { group in
    let parent = RemoteProgram.python("import os; channel.send(os.getppid())")
    guard let master = group["master"], let worker = group["worker"] else { return false }
    return try await worker.execute(parent).receive(as: Int32.self)
      == master.information().processID
  }
}

/// A server that one worker runs for another connection.
func throughSocket() async throws -> Int {
  try await withGroup(["popen//id=host", "socket//installvia=host//id=guest"]) { group in
    try await group[1].execute(.python("channel.send(3 * 7)")).receive(as: Int.self)
  }
}

/// Members of a group by number and by name; what is left is ended in time.
func members() async throws -> [String] {
  let group = GatewayGroup(defaultSpec: "popen//chdir=/")
  _ = try await group.open()
  _ = try await group.open("popen//id=hello")
  let names = group.gateways.map(\.id) + [group[-1].id, group["hello"]?.id ?? "nobody"]
  await group.terminate(within: .seconds(1))
  return names + ["\(group.count)"]
}

/// Another interpreter, whose strings are bytes.
func oldStrings(_ python: String) async throws -> [WireValue] {
  try await withGateway("popen//python=\(python)") { gateway in
    let program = RemoteProgram.python("channel.send('text')")
    let text = try await gateway.execute(program).receive()
    try gateway.reconfigure(WireStringCoercion(python2String: .bytes, isTextBytes: false))
    return [text, try await gateway.execute(program).receive()]
  }
}

/// The error of the far side, with its traceback.
func farError() async throws -> String? {
  try await withGateway { gateway in
    do {
      _ = try await gateway.execute(.python("channel.send({}['missing'])")).receive()
      return nil
    } catch let error as GatewayError where error.code == .remote {
      return error.remoteTraceback
    }
  }
}

/// A variable, a directory and a niceness.
func surroundings() async throws -> [WireValue] {
  try await withGateway("popen//env:NAME=value//chdir=/tmp//nice=2") { gateway in
    let program = RemoteProgram.python(
      "import os; channel.send([os.environ['NAME'], os.getcwd(), os.nice(0)])"
    )
    return try await gateway.execute(program).receive().elements ?? []
  }
}
