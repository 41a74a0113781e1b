package import ConvokeProcess

/// Tells from the words of the ssh client why a connection failed.
///
/// The sentences are those of OpenSSH 7.4 to 10.0 with `LC_ALL=C` and `LogLevel=ERROR`.
package enum SSHDiagnosis {
  /// What ssh said, as a failure.
  ///
  /// - Parameters:
  ///   - words: The standard error of ssh.
  ///   - host: The host as the user wrote it.
  /// - Returns: The failure of the first kind that the words fit.
  package static func failure(_ words: String, host: String) -> Failure {
    let (kind, clue) = self.kind(words)
    let lines = words.split(whereSeparator: \.isNewline).map(String.init)
    let line = lines.last { clue.map($0.contains) ?? true } ?? lines.last ?? "ssh said nothing"
    return Failure(kind, "\(host): \(line.prefix(300))")
  }

  private static func kind(_ words: String) -> (Failure.Kind, String?) {
    for (kind, clues) in self.table {
      if let clue = clues.first(where: words.contains) { return (kind, clue) }
    }
    return (.sshFailed, nil)
  }

  // The order matters: a changed key also fails the verification, and a proxy command of which the
  // name is not known also closes the connection.
  private static let table: [(Failure.Kind, [String])] = [
    (
      .hostKeyChanged,
      ["REMOTE HOST IDENTIFICATION HAS CHANGED", "host key for", "REVOKED HOST KEY"]
    ),
    (
      .hostKeyUnknown,
      ["Host key verification failed", "host key is known for", "No matching host key fingerprint"]
    ),
    (
      .sshFailed,
      [
        "Bad configuration option", "Bad owner or permissions on", "Can't open user config file",
        "command-line line 0", "terminating, ", "no matching ", "Unable to negotiate",
      ]
    ),
    (
      .nameNotKnown,
      [
        "Could not resolve hostname", "Name or service not known", "No address associated",
        "hostname contains invalid characters",
      ]
    ),
    (
      .authentication,
      [
        "Permission denied (", "Too many authentication failures", "Authentication failed",
        "no more authentication methods", "No supported authentication methods",
      ]
    ),
    (.connectionRefused, ["Connection refused"]),
    (.noRoute, ["No route to host", "Network is unreachable", "Host is down"]),
    (.connectTimedOut, ["Connection timed out", "Operation timed out", "timed out"]),
    (
      .connectionDropped,
      [
        "kex_exchange_identification", "Connection closed by", "Connection reset by",
        "Connection to ", "Broken pipe", "Exceeded MaxStartups", "banner exchange",
        "Not allowed at this time",
      ]
    ),
  ]
}
