import ConvokeProcess
import Foundation

/// The circumstances of a run that are the same for all combinations.
enum Provenance {
  /// Finds out about the code and this machine.
  ///
  /// - Parameter options: How combinations are executed.
  /// - Returns: An object; `code` is the state of the git repository of the working folder.
  static func gather(_ options: SweepRunOptions) async -> [ParameterValue.Field] {
    var fields: [ParameterValue.Field] = [
      .init("tool", .text(options.tool ?? ProcessInfo.processInfo.processName)),
      .init("command", .text(options.program.description)),
      .init("controller", .text(ProcessInfo.processInfo.hostName)),
      .init("directory", .text(FileManager.default.currentDirectoryPath)),
      .init("user", .text(NSUserName())),
    ]
    if let code = await self.code() { fields.append(.init("code", code)) }
    if let setup = options.setup { fields.append(.init("setup", .text(setup))) }
    if !options.environment.isEmpty {
      let names = options.environment.keys.sorted()
      // Values may be secret; the names say what was set.
      fields.append(.init("environment", .list(names.map { .text($0) })))
    }
    return fields
  }

  private static func code() async -> ParameterValue? {
    guard let commit = await self.git("rev-parse", "HEAD") else { return nil }
    let changes = await self.git("status", "--porcelain") ?? ""
    var fields: [ParameterValue.Field] = [
      .init("commit", .text(commit)), .init("is_changed", .bool(!changes.isEmpty)),
    ]
    if !changes.isEmpty {
      let files = changes.split(separator: "\n").prefix(50)
      fields.append(.init("changes", .list(files.map { .text(String($0)) })))
      let difference = await self.git("diff", "HEAD") ?? ""
      let digits = SHA256.hexadecimal(of: Array(difference.utf8))
      fields.append(.init("difference_sha256", .text(digits)))
    }
    return .object(fields)
  }

  // Without the locks that make `status` faster next time: a killed one would stay.
  private static func git(_ words: String...) async -> String? {
    let command = Command(arguments: ["git", "--no-optional-locks"] + words).with {
      $0.deadline = .seconds(20)
      $0.accepting = .all
    }
    let result = await command.run()
    return result.outcome.isSuccess ? result.stdout.trimmedText : nil
  }
}
