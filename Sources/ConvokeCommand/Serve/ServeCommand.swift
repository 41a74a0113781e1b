import ArgumentParser
import ConvokeServe
import Logging

/// `convoke serve`: workers for clients that come over a socket.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs workers for clients of execnet and of Convoke that connect to a socket.",
    discussion: """
      Each connection gets a Python process of its own, which ends with it. Whoever is let in can run
      programs as the user of this server.

      EXAMPLES
        convoke serve                                  for programs of this machine, on port 8888
        convoke serve --listen :8888 --token-file token
        convoke serve --listen '[::]:8888' --tls-cert me.pem --tls-key me.key --tls-ca ours.pem
      """
  )

  @Option(
    help: ArgumentHelp(
      "Where to listen; port 0 takes a free one. (default: 127.0.0.1:8888)",
      valueName: "host:port"
    )
  )
  var listen: String?

  @Option(help: ArgumentHelp("The interpreter of the workers.", valueName: "path"))
  var python = "python3"

  @Option(
    help: ArgumentHelp(
      "Run this program in Swift that is a worker, such as convoke-worker, instead of Python.",
      valueName: "path"
    )
  )
  var swift: String?

  @Flag(help: "End after the first connection that was served.")
  var once = false

  @Option(
    help: ArgumentHelp("Serve at most this many clients at a time.", valueName: "number"),
    transform: Checked.positive
  )
  var maxClients = 64

  @Option(
    help: ArgumentHelp("End connections that carry nothing for this long.", valueName: "duration")
  )
  var idleTimeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "How long a client may take to say what it wants. (default: 30s)",
      valueName: "duration"
    )
  )
  var openTimeout: DurationArgument?

  @Option(help: ArgumentHelp("The certificate of this server, in PEM form.", valueName: "file"))
  var tlsCert: String?

  @Option(help: ArgumentHelp("The key of the certificate.", valueName: "file"))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp("The authorities that sign the clients' certificates.", valueName: "file")
  )
  var tlsCa: String?

  @Option(
    help: ArgumentHelp("Ask clients for the token in this file.", valueName: "file")
  )
  var tokenFile: String?

  @Flag(help: "Let clients in that show neither a certificate nor a token: genuine execnet.")
  var insecure = false

  /// Serves until a signal comes; the status is 0 then.
  func run() async throws {
    let server: ConvokeServer
    do {
      server = ConvokeServer(try self.options())
    } catch {
      throw UsageError(error.message)
    }
    let interruption = Interruption()
    let watch = EndSignals(interruption)
    defer { watch.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await server.run { addresses in
            for address in addresses { await Console.shared.print("listening on \(address)") }
            await Console.shared.flush()
          }
        } catch let error as ServeError {
          guard error.code == .cannotListen else { throw UsageError(error.message) }
          await Console.shared.print("convoke: \(error)", to: .errors)
          throw ExitCode(ExitStatus.failed)
        }
      }
      group.addTask { await interruption.wait() }
      // Whichever ends first ends the other; the server then takes the time to end its workers.
      try await group.next()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private func options() throws(ServeError) -> ServeOptions {
    var options = ServeOptions()
    if let listen = self.listen { options.address = listen }
    options.python = self.python
    options.swift = self.swift
    options.isOnce = self.once
    options.maxClients = self.maxClients
    options.idleTimeout = self.idleTimeout?.duration
    if let limit = self.openTimeout?.duration { options.openTimeout = limit }
    options.tls = try self.tls()
    options.token = try self.tokenFile.map { path throws(ServeError) in
      try AccessToken(file: path)
    }
    options.isInsecure = self.insecure
    options.logger = Logger(label: "convoke.serve") { StreamLogHandler.standardError(label: $0) }
    return options
  }

  private func tls() throws(ServeError) -> TLSFiles? {
    switch (self.tlsCert, self.tlsKey, self.tlsCa) {
    case (nil, nil, nil): return nil
    case (let certificate?, let key?, let authority?):
      return TLSFiles(certificate: certificate, key: key, authority: authority)
    default: throw ServeError(.badOption, "--tls-cert, --tls-key and --tls-ca go together")
    }
  }
}
