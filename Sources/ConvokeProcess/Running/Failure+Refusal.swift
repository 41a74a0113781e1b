extension Failure {
  /// Why a command was not started on another host, in the same words whatever ran it.
  ///
  /// - Parameters:
  ///   - kind: The kind of failure.
  ///   - command: The command.
  ///   - place: The host.
  ///   - reason: More words of the host, where it has any.
  /// - Returns: The failure.
  package static func refusal(
    _ kind: Kind,
    of command: Command,
    on place: String,
    reason: String? = nil
  ) -> Failure {
    let program =
      switch command.form {
      case .arguments(let arguments): arguments[0]
      case .shell: "the command"
      }
    let message =
      switch kind {
      case .commandNotFound: "there is no program '\(program)' on \(place)"
      case .permissionDenied: "'\(program)' may not be executed on \(place)"
      case .directoryNotUsable:
        "cannot enter the directory \(command.directory ?? "") on \(place)"
      default: "'\(program)' cannot be started on \(place)"
      }
    return Failure(kind, reason.map { "\(message): \($0)" } ?? message)
  }
}
