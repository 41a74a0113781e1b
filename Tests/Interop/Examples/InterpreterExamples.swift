// More examples of docs/from-execnet.md: interpreters, servers, loops of commands.
import ConvokeGateway
import ConvokeWire

/// A loop of commands in a file: what it is sent is evaluated over there.
func callRemotely(_ file: String, _ calls: [String]) async throws -> [WireValue] {
  try await withGateway { gateway in
    let loop = try gateway.execute(.pythonFile(file))
    var results: [WireValue] = []
    for call in calls {
      try await loop.send(call)
      results.append(try await loop.receive(within: .seconds(20)))
    }
    return results
  }
}

/// One piece of code on several kinds of Python, each named by its path.
func onEach(_ pythons: [String]) async throws -> [String] {
  try await withGroup(pythons.map { "popen//python=\($0)" }) { group in
    let channels = try group.execute(
      .python(
        """
        import platform, sys
        total = sum(channel.receive())
        name = "%s %d" % (platform.python_implementation(), sys.version_info[0])
        channel.send("%s: %d" % (name, total))
        """
      )
    )
    try await channels.sendEach(.list([1, 2, 3]))
    return try await channels.receiveEach().compactMap(\.string)
  }
}

/// Two channels inside one item.
func twoChannels() async throws -> [String] {
  try await withGateway { gateway in
    let channel = try gateway.execute(
      .python(
        """
        first, second = channel.receive()
        second.send("world")
        first.send("hello")
        """
      )
    )
    let (first, second) = (try gateway.newChannel(), try gateway.newChannel())
    try await channel.send(.tuple([.channel(first.reference), .channel(second.reference)]))
    return [try await first.receive(as: String.self), try await second.receive(as: String.self)]
  }
}

/// A gateway through a server that runs already: `convoke serve`, or execnet's own.
func throughServer(_ address: String) async throws -> Int {
  try await withGateway("socket=\(address)") { gateway in
    try await gateway.execute(.python("channel.send(6 * 7)")).receive(as: Int.self)
  }
}

/// A group whose members all go through its first one, unless told otherwise.
func behindMaster() async throws -> [String] {
  let group = GatewayGroup(defaultSpec: "popen//via=master")
  _ = try await group.open("popen//id=master")
  _ = try await group.open()
  let answers = try await group.execute(.python("channel.send(1)")).receiveEach()
  let names = group.gateways.map { "\($0.id) of \(answers.count)" }
  await group.terminate(within: .seconds(5))
  return names
}

/// Facts about many hosts; one that cannot be reached does not lose the others.
func systemInformation(_ hosts: [String], config: String) async throws -> [String: String] {
  try await withGroup { group in
    let specs = try hosts.map { try GatewaySpec("ssh=\($0)//ssh_config=\(config)//id=\($0)") }
    var facts: [String: String] = [:]
    for (host, result) in zip(hosts, await group.open(all: specs)) {
      if case .failure(let error as GatewayError) = result { facts[host] = "\(error.code)" }
    }
    let program = "import os, socket; channel.send((socket.gethostname(), os.cpu_count()))"
    for gateway in group.gateways {
      let answer = try await gateway.execute(.python(program)).receive(within: .seconds(20))
      facts[gateway.id] = "\(answer.elements?.last?.int ?? 0) processors"
    }
    return facts
  }
}

/// How much a worker has to do.
func howBusy() async throws -> (executing: Int, model: String) {
  try await withGateway("popen//execmodel=main_thread_only") { gateway in
    let channel = try gateway.execute(.python("channel.receive()"))
    let status = try await gateway.remoteStatus()
    channel.close()
    return (status.executing, status.model)
  }
}
