package import ConvokeHosts
import ConvokeProcess

extension SSHSettings {
  /// The command line that runs something on a host with an ssh process of its own.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - line: The command line for its login shell.
  ///   - hasTerminal: Whether the command gets a terminal.
  /// - Returns: The ssh client and its arguments.
  package func commandLine(
    for host: Host,
    _ line: String,
    hasTerminal: Bool = false
  ) -> [String] {
    let host = self.addressRewrite?(host) ?? host
    let command = SSHInvocation(settings: self, host: host).plain(line, hasTerminal: hasTerminal)
    guard case .arguments(let arguments) = command.form else { return [] }
    return arguments
  }
}
