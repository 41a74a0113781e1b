package import ConvokeProcess
import Foundation

/// The memory that a command takes, as a small parent sees it.
///
/// What the kernel counts for a process is never less than what its parent took when it started it,
/// and a program full of tests takes a lot.
package enum PeakMemory {
  private static let parent = """
    import resource, subprocess, sys
    status = subprocess.call(sys.argv[2:])
    with open(sys.argv[1], "w") as file:
        file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
    sys.exit(status)
    """

  /// Runs a command, of the form with arguments; hands out its result, and the peak in bytes.
  package static func measure(_ command: Command) async throws -> (ProcessResult, Int) {
    guard case .arguments(let arguments) = command.form else {
      preconditionFailure("only a command with arguments can be measured")
    }
    return try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "peak").path
      var measured = command
      measured.form = .arguments(["python3", "-c", self.parent, file] + arguments)
      let result = await measured.run()
      let text = try String(contentsOfFile: file, encoding: .utf8)
      return (result, Int(text) ?? .max)
    }
  }
}
