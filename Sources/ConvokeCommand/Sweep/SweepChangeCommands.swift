import ArgumentParser
import ConvokeSweep

/// `convoke sweep retry`: gives failed combinations another chance.
struct SweepRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Offers failed combinations again; the next 'run' executes them."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Combinations") var selection: SweepSelection

  /// Offers them again.
  func run() async throws {
    let states = try self.selection.chosenStates() ?? [.failed, .cancelled]
    if states.contains(.leased) || states.contains(.done) {
      throw UsageError("retry is for what failed; use 'convoke sweep reset --state done' for more")
    }
    let store = try self.sweep.openToChange()
    let filter = try self.selection.filter()
    let count = try store.reset(states, where: filter, reason: "to be retried")
    await Console.shared.print("\(count) to be executed again")
  }
}

/// `convoke sweep reset`: forgets what became of combinations.
struct SweepResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Offers combinations again, whatever became of them; old results stay on record.",
    discussion: """
      Without --state it resets what is failed, skipped and cancelled. A result that is reset stays among \
      the attempts that 'show' lists.
      """
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Combinations") var selection: SweepSelection

  @Option(help: "Why, for the record.")
  var reason = "reset by the user"

  /// Resets them.
  func run() async throws {
    let states = try self.selection.chosenStates() ?? [.failed, .skipped, .cancelled]
    let store = try self.sweep.openToChange()
    let filter = try self.selection.filter()
    let count = try store.reset(states, where: filter, reason: self.reason)
    await Console.shared.print("\(count) to be executed again")
  }
}

/// `convoke sweep skip`: leaves combinations out.
struct SweepSkipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skip",
    abstract: "Leaves combinations out until they are reset."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Combinations") var selection: SweepSelection

  @Option(help: "Why, for the record.")
  var reason = "skipped by the user"

  /// Leaves them out.
  func run() async throws {
    guard !self.selection.isEmpty else {
      throw UsageError("say which combinations to skip, with --only, --where or --state")
    }
    let states = try self.selection.chosenStates() ?? [.todo, .failed]
    let store = try self.sweep.openToChange()
    let filter = try self.selection.filter()
    let count = try store.skip(states, where: filter, reason: self.reason)
    await Console.shared.print("\(count) skipped")
  }
}
