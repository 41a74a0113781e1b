public import ConvokeHosts
public import ConvokeProcess

/// The command of an action: one for all hosts, with placeholders, or one made for each host.
public enum FleetCommand: Sendable {
  /// This command, after the placeholders in it were replaced for each host.
  case template(Command)
  /// What the closure makes of a host and its rank; nothing in it is replaced.
  case each(@Sendable (Host, Int) throws -> Command)
}
