import ArgumentParser

/// What to keep of a run, and what to do again.
struct RecordOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Record the run: DIR/run.json, and each host's stdout, stderr and meta.json in DIR/hosts.",
      valueName: "dir"
    ),
    completion: .directory
  )
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Work on the hosts of a recorded run that failed, or on those that succeeded.",
      valueName: "failed|succeeded"
    )
  )
  var rerun: Selection?

  @Option(
    help: ArgumentHelp("The recorded run for --rerun. (default: that of --save)", valueName: "dir"),
    completion: .directory
  )
  var from: String?

  @Flag(help: "Show the table of times and counts at the end, on standard error.")
  var report = false

  @Flag(help: "Show the totals of that table alone.")
  var brief = false

  @Flag(help: "Show the hosts, the routes and the exact commands; contact nobody.")
  var dryRun = false

  /// Which hosts of a recorded run to take.
  enum Selection: String, ExpressibleByArgument, CaseIterable, Sendable {
    case failed, succeeded
  }

  /// Checks that the options fit together.
  func validate() throws {
    if self.from != nil, self.rerun == nil { throw ValidationError("--from needs --rerun.") }
    if self.rerun != nil, self.from == nil, self.save == nil {
      throw ValidationError("--rerun needs --from with the folder of a recorded run.")
    }
  }
}
