import ConvokeProcess

/// Where the ssh configuration sends a connection, as `ssh -G` tells without connecting.
struct SSHRoute: CustomStringConvertible {
  let user: String
  let address: String
  let port: String
  let jump: String?
  let proxyCommand: String?

  /// Asks the ssh client what it makes of a command line; `nil` if it does not answer.
  static func resolve(_ words: [String]) async -> SSHRoute? {
    let question = [words[0], "-G"] + words.dropFirst()
    let result = await Command(arguments: question).with { $0.deadline = .seconds(10) }.run()
    guard result.outcome.isSuccess else { return nil }
    var values: [String: String] = [:]
    for line in result.stdout.lines {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      if parts.count == 2, values[parts[0]] == nil { values[parts[0]] = parts[1] }
    }
    guard let address = values["hostname"], let port = values["port"] else { return nil }
    return SSHRoute(
      user: values["user"] ?? "",
      address: address,
      port: port,
      jump: values["proxyjump"].flatMap { $0 == "none" ? nil : $0 },
      proxyCommand: values["proxycommand"].flatMap { $0 == "none" ? nil : $0 }
    )
  }

  /// Whether the connection goes there without anything in between.
  var isDirect: Bool { self.jump == nil && self.proxyCommand == nil }

  /// The route in a few words.
  var description: String {
    let end = "ssh to \(self.user)@\(self.address):\(self.port)"
    if let jump = self.jump { return "\(end) through \(jump)" }
    return self.proxyCommand.map { "\(end) through '\($0)'" } ?? end
  }
}
