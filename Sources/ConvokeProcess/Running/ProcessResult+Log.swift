import Logging

extension ProcessResult {
  /// Leaves a record of the end: a warning for a failure that is neither accepted nor quiet.
  func log() {
    guard let logger = self.command.logger else { return }
    let loud = self.failures.subtracting(self.command.accepting).subtracting(self.command.quiet)
    logger.log(
      level: loud.isEmpty ? .debug : .warning,
      "process ended",
      metadata: [
        "command": "\(self.command.label)",
        "host": "\(self.host ?? "local")",
        "outcome": "\(self.outcome)",
        "stderr": "\(self.stderr.trimmedText.suffix(1024))",
      ]
    )
  }
}
