import ConvokeHosts

extension GatewaySpec {
  /// Reads a specification.
  ///
  /// - Parameter text: The specification, such as `popen//python=python3.8//id=worker`.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/badSpecification`` that names the key
  ///   or the value.
  public init(_ text: String) throws(GatewayError) {
    var parser = GatewaySpecParser(text)
    self = try parser.parse()
  }

  /// Reads a specification that may stand for several gateways: `local*4`, `popen*4`,
  /// `ssh=node[1-64]//python=python3`.
  ///
  /// - Parameter text: The specification.
  /// - Returns: One specification a gateway, in the order of the host set.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/badSpecification``.
  public static func expand(_ text: String) throws(GatewayError) -> [GatewaySpec] {
    let (head, tail) = GatewaySpecParser.firstSegment(of: text)
    if let star = head.lastIndex(of: "*"), let count = Int(head[head.index(after: star)...]) {
      guard (1...10_000).contains(count) else {
        throw GatewayError(
          .badSpecification,
          "'\(text)' asks for \(count) gateways, not 1 to 10000"
        )
      }
      let one = try GatewaySpec(String(head[..<star]) + tail)
      return Array(repeating: one, count: count)
    }
    guard head.hasPrefix("ssh="), head.contains("[") else { return [try GatewaySpec(text)] }
    let hosts: HostSet
    do {
      hosts = try HostSet(String(head.dropFirst(4)))
    } catch {
      throw GatewayError(.badSpecification, "'\(head)' in '\(text)' is no host set: \(error)")
    }
    var specs: [GatewaySpec] = []
    for host in hosts {
      let port = host.port.map { "-p \($0) " } ?? ""
      let user = host.user.map { "\($0)@" } ?? ""
      specs.append(try GatewaySpec("ssh=\(port)\(user)\(host.name)\(tail)"))
    }
    return specs
  }
}

/// Reads one specification, segment after segment.
struct GatewaySpecParser {
  private let text: String
  private var seen: Set<String> = []
  private var connection: (key: String, value: GatewaySpec.Connection)?
  private var spec = GatewaySpec(.local)

  init(_ text: String) {
    self.text = text
    self.spec.text = text
  }

  static func firstSegment(of text: String) -> (head: Substring, tail: Substring) {
    let end = text.firstRange(of: "//")?.lowerBound ?? text.endIndex
    return (text[..<end], text[end...])
  }

  mutating func parse() throws(GatewayError) -> GatewaySpec {
    var rest = self.text[...]
    while true {
      let end = rest.firstRange(of: "//")
      try self.read(rest[..<(end?.lowerBound ?? rest.endIndex)])
      guard let end else { break }
      rest = rest[end.upperBound...]
    }
    try self.complete()
    return self.spec
  }

  private mutating func read(_ segment: Substring) throws(GatewayError) {
    guard !segment.isEmpty else { throw self.error("has an empty segment") }
    let parts = segment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0])
    let value = parts.count > 1 ? String(parts[1]) : nil
    guard self.seen.insert(key).inserted else { throw self.error("has the key '\(key)' twice") }
    if key.hasPrefix("env:") {
      guard key.count > 4 else { throw self.error("has 'env:' without a name") }
      self.spec.environment[String(key.dropFirst(4))] = value ?? ""
    } else {
      // An autoclosure would lose the type of the error.
      if try self.readConnection(key, value) { return }
      if try self.readPlace(key, value) { return }
      if try self.readSecurity(key, value) { return }
      try self.readWorker(key, value)
    }
  }

  private mutating func readConnection(
    _ key: String,
    _ value: String?
  ) throws(GatewayError) -> Bool {
    switch key {
    case "popen", "local": try self.connect(key, .local)
    case "ssh": try self.connect(key, .ssh(try self.words(key, value)))
    case "vagrant_ssh": try self.connect(key, .vagrant(try self.need(key, value)))
    case "socket": try self.connect(key, try self.socket(value))
    case "docker", "podman": try self.prefix(key, [key, "exec", "-i"], value)
    case "kubectl": try self.prefix(key, [key, "exec", "-i"], value, after: ["--"])
    case "sudo": try self.prefix(key, ["sudo", "-n", "-u"], value)
    case "srun": try self.connect(key, .prefix(["srun"] + (try self.optionalWords(value))))
    case "oarsh": try self.prefix(key, ["oarsh"], value)
    default: return false
    }
    return true
  }

  private mutating func readPlace(_ key: String, _ value: String?) throws(GatewayError) -> Bool {
    switch key {
    case "via": self.spec.via = try self.need(key, value)
    case "installvia": self.spec.installVia = try self.need(key, value)
    case "ssh_config": self.spec.sshConfig = try self.need(key, value)
    case "id": self.spec.id = try self.need(key, value)
    case "chdir": self.spec.directory = try self.need(key, value)
    case "nice":
      guard let number = Int(try self.need(key, value)), (-20...19).contains(number) else {
        throw self.error("has nice=\(value ?? ""), which is no number from -20 to 19")
      }
      self.spec.niceness = number
    default: return false
    }
    return true
  }

  private mutating func readSecurity(_ key: String, _ value: String?) throws(GatewayError) -> Bool {
    var security = self.spec.security ?? SocketSecurity()
    switch key {
    case "tls": if value != nil { throw self.error("has tls with a value; it takes none") }
    case "tlsca": security.authorityFile = try self.need(key, value)
    case "tlscert": security.certificateFile = try self.need(key, value)
    case "tlskey": security.keyFile = try self.need(key, value)
    case "token": security.token = try self.tokenSource(value)
    default: return false
    }
    security.usesTLS = security.usesTLS || key != "token"
    self.spec.security = security
    return true
  }

  private func tokenSource(_ value: String?) throws(GatewayError) -> SocketSecurity.TokenSource {
    if let name = value.flatMap({ Self.rest(of: $0, after: "env:") }) { return .variable(name) }
    if let path = value.flatMap({ Self.rest(of: $0, after: "file:") }) { return .file(path) }
    // What stands there may be a token: it must not get into a message.
    throw GatewayError(
      .badSpecification,
      "the key 'token' takes env:NAME or file:PATH; a token itself has no place in a specification"
    )
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) && text.count > prefix.count ? String(text.dropFirst(prefix.count)) : nil
  }

  private mutating func readWorker(_ key: String, _ value: String?) throws(GatewayError) {
    switch key {
    case "python": self.spec.interpreter = .python(try self.words(key, value))
    case "javascript":
      self.spec.interpreter = .javascript(try self.optionalWords(value ?? "node"))
    case "swift":
      if let value { _ = try self.need(key, value) }
      self.spec.interpreter = .swift(value)
    case "execmodel":
      guard let model = GatewaySpec.ExecutionModel(rawValue: try self.need(key, value)) else {
        let known = GatewaySpec.ExecutionModel.allCases.map(\.rawValue).joined(separator: ", ")
        throw self.error("has the unknown execmodel '\(value ?? "")'; known are \(known)")
      }
      self.spec.model = model
    case "dont_write_bytecode":
      self.spec.writesNoBytecode = value.map { !["0", "false", "no"].contains($0) } ?? true
    default:
      throw self.error("has the unknown key '\(key)'")
    }
  }

  private mutating func complete() throws(GatewayError) {
    let interpreters = ["python", "javascript", "swift"].filter { self.seen.contains($0) }
    if interpreters.count > 1 {
      throw self.error("names two interpreters, '\(interpreters[0])' and '\(interpreters[1])'")
    }
    if self.spec.installVia != nil, self.connection == nil || self.seen.contains("socket") {
      self.connection = ("socket", .installed)
    }
    guard let connection = self.connection?.value else {
      throw self.error("names no connection, such as popen, ssh=HOST or socket=HOST:PORT")
    }
    self.spec.connection = connection
    try self.checkSecurity(connection)
    switch connection {
    case .socket, .installed:
      // That the server's worker runs Swift has to be known here, too.
      if !interpreters.isEmpty, self.spec.interpreter != .swift(nil) {
        throw self.error("has an interpreter, which the socket server chooses")
      }
      if self.spec.via != nil { throw self.error("has socket together with via") }
    default: break
    }
  }

  private func checkSecurity(_ connection: GatewaySpec.Connection) throws(GatewayError) {
    guard let security = self.spec.security else { return }
    guard case .socket = connection else {
      throw self.error("has tls or token, which are for socket=HOST:PORT")
    }
    if (security.certificateFile == nil) != (security.keyFile == nil) {
      throw self.error("has one of tlscert and tlskey; they go together")
    }
  }

  // MARK: - Values

  private mutating func connect(
    _ key: String,
    _ connection: GatewaySpec.Connection
  ) throws(GatewayError) {
    if let other = self.connection?.key {
      throw self.error("names two connections, '\(other)' and '\(key)'")
    }
    self.connection = (key, connection)
  }

  private mutating func prefix(
    _ key: String,
    _ words: [String],
    _ value: String?,
    after: [String] = []
  ) throws(GatewayError) {
    try self.connect(key, .prefix(words + (try self.words(key, value)) + after))
  }

  private func socket(_ value: String?) throws(GatewayError) -> GatewaySpec.Connection {
    guard let value, !value.isEmpty else { return .installed }
    guard let colon = value.lastIndex(of: ":"),
      let port = Int(value[value.index(after: colon)...]), (1...65535).contains(port)
    else { throw self.error("has socket=\(value), which is not HOST:PORT") }
    var host = value[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return .socket(host: host.isEmpty ? "localhost" : String(host), port: port)
  }

  private func need(_ key: String, _ value: String?) throws(GatewayError) -> String {
    guard let value, !value.isEmpty else {
      throw self.error("has the key '\(key)' without a value")
    }
    return value
  }

  private func words(_ key: String, _ value: String?) throws(GatewayError) -> [String] {
    let words = try ShellWords.split(try self.need(key, value))
    guard !words.isEmpty else { throw self.error("has the key '\(key)' without a value") }
    return words
  }

  private func optionalWords(_ value: String?) throws(GatewayError) -> [String] {
    guard let value else { return [] }
    return try ShellWords.split(value)
  }

  private func error(_ what: String) -> GatewayError {
    GatewayError(.badSpecification, "the gateway specification '\(self.text)' \(what)")
  }
}
