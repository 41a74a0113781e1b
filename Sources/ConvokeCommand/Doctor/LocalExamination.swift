import ConvokeProcess

/// Checks this machine.
enum LocalExamination {
  /// The findings.
  static func findings() async -> [Finding] {
    var findings = [await LocalExamination.ssh(), LocalExamination.openFiles()]
    for tool in ["diff", "sha256sum", "tar"] {
      let result = await Command.shell("command -v \(tool)").run()
      findings.append(
        result.outcome.isSuccess
          ? .ok(tool, result.stdout.trimmedText)
          : .warning(tool, "there is no \(tool)", "install it: --diff and copies use it")
      )
    }
    return findings
  }

  private static func ssh() async -> Finding {
    let result = await Command("ssh", "-V").run()
    guard result.outcome.isSuccess else {
      return .failure("ssh", "ssh \(result.outcome)", "install the OpenSSH client")
    }
    return .ok("ssh", result.stderr.trimmedText)
  }

  private static func openFiles() -> Finding {
    let limit = ProcessLimits.openFiles
    let hosts = limit.hard / 8
    let message =
      "\(limit.soft) open files (at most \(limit.hard)), enough for \(hosts) hosts at a time"
    guard limit.hard < 4096 else { return .ok("nofile", message) }
    return .warning("nofile", message, "raise the hard limit, in /etc/security/limits.conf")
  }
}
