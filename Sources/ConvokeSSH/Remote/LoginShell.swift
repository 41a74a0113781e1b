/// What is known about the login shell of a host.
enum LoginShell: Sendable, Equatable {
  /// Nothing yet.
  case unknown
  /// Bash, which runs the script and the user's command line itself.
  case bash
  /// Another shell that reads the script itself.
  case posix
  /// A shell that needs `/bin/sh` for the script, such as csh, fish and zsh.
  case other

  /// Tells by the path of the shell.
  init(path: String) {
    switch path.split(separator: "/").last {
    case "bash": self = .bash
    case "sh", "dash", "ash": self = .posix
    default: self = .other
    }
  }

  /// Whether the shell reads the script itself.
  var isPOSIX: Bool { self == .bash || self == .posix }
}
