import ConvokeWire

extension Gateway {
  /// Sets directory, niceness and environment of the worker, as its specification says.
  func setUp() async throws {
    guard self.spec.directory != nil || self.spec.niceness != nil || !self.spec.environment.isEmpty
    else { return }
    let channel = try self.execute(Self.setUpProgram)
    let variables = self.spec.environment.map { WireValue.Pair(.string($0.key), .string($0.value)) }
    try await channel.send(
      .tuple([
        self.spec.directory.map { .string($0) } ?? .none,
        self.spec.niceness.map { .int($0) } ?? .none,
        .dictionary(variables),
      ])
    )
    try await channel.waitClosed(within: .seconds(30))
  }

  private static let setUpProgram = RemoteProgram.service(
    "set-up",
    python: """
      import os
      directory, niceness, variables = channel.receive()
      os.environ.update(variables)
      if directory is not None:
          if not os.path.isdir(directory):
              os.makedirs(directory)
          os.chdir(directory)
      if niceness is not None:
          os.nice(niceness)
      """,
    javascript: """
      const [directory, niceness, variables] = await channel.receive();
      const pairs = variables instanceof Map ? variables : Object.entries(variables);
      for (const [name, value] of pairs) process.env[name] = value;
      if (directory !== null) {
        require('fs').mkdirSync(directory, {recursive: true});
        process.chdir(directory);
      }
      if (niceness !== null) require('os').setPriority(require('os').getPriority() + Number(niceness));
      """
  )
}
