import ArgumentParser

/// How many hosts at a time, for how long, and what to do after failures.
struct FanoutOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many hosts to work on at a time. (default: 64)", valueName: "number"),
    transform: Checked.positive
  )
  var fanout: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How long a host may take: 90, 1.5s, 20m, 1h30m, 1:30:00. (default: no limit)",
      valueName: "duration"
    )
  )
  var timeout: DurationArgument?

  @Option(
    help: ArgumentHelp("How many more attempts a host gets. (default: 0)", valueName: "number"),
    transform: Checked.count
  )
  var retries: Int?

  @Option(
    help: ArgumentHelp(
      "After what to try again: any of connect, exit, timeout. (default: connect)",
      valueName: "causes"
    )
  )
  var retryOn: String?

  @Option(
    help: ArgumentHelp(
      "Work in batches of this many hosts or percent, each started after the end of the one before.",
      valueName: "number|percent"
    )
  )
  var batchSize: String?

  @Option(
    help: ArgumentHelp(
      """
      When to give up: soon:fail=3 starts no more hosts after 3 failures, now:fail=10% also ends \
      those that run.
      """,
      valueName: "rule"
    )
  )
  var stop: String?
}
