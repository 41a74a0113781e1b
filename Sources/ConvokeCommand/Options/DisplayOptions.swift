import ArgumentParser

/// How to show the output.
struct DisplayOptions: ParsableArguments {
  @Flag(
    name: [.customShort("b"), .long],
    help: "Show equal output once, under the folded names of its hosts."
  )
  var fold = false

  @Flag(help: "Show lines as they come, with the host in front. (default for several hosts)")
  var live = false

  @Flag(help: "Show how the output of other hosts differs from that of most hosts.")
  var diff = false

  @Flag(help: "Write events as JSON Lines on standard output; see docs/json.md.")
  var json = false

  @Flag(name: .customLong("no-label"), help: "Put no host in front of lines.")
  var noLabel = false

  @Flag(name: .shortAndLong, help: "Do not sum up failures, show no progress.")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "When to use colours: auto, always or never. (default: auto)",
      valueName: "when"
    )
  )
  var color: ColorMode?

  /// Checks that one mode is chosen at most.
  func validate() throws {
    let chosen = [("--fold", fold), ("--live", live), ("--diff", diff), ("--json", json)]
      .filter(\.1).map(\.0)
    guard chosen.count > 1 else { return }
    throw ValidationError("\(chosen.joined(separator: " and ")) cannot be used together.")
  }

  /// The mode to use.
  func mode(_ configuration: Configuration, isAlone: Bool) -> OutputMode {
    if self.json { return .json }
    if self.fold { return .fold }
    if self.diff { return .diff }
    if self.live { return .live }
    let mode = configuration[.output].flatMap(OutputMode.init) ?? .live
    return mode == .live && isAlone ? .raw : mode
  }

  /// Whether lines get the host in front.
  func isLabelled(_ configuration: Configuration) -> Bool {
    !self.noLabel && configuration.flag(.label) != false
  }

  /// Whether messages of this program are left out.
  func isQuiet(_ configuration: Configuration) -> Bool {
    self.quiet || configuration.flag(.quiet) == true
  }

  /// When to use colours.
  func colorMode(_ configuration: Configuration) -> ColorMode {
    self.color ?? configuration[.color].flatMap(ColorMode.init) ?? .auto
  }
}
