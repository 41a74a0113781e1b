import ArgumentParser
import ConvokeSweep

/// `convoke sweep import`: takes over what execo's ParamSweeper did.
struct SweepImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes over the folder of an execo ParamSweeper.",
    discussion: """
      Reads the files 'sweeps', 'done' and 'inprogress' of the folder. They are Python pickles, which can \
      hold programs; nothing of them is run: only dictionaries, lists, tuples, sets, texts, numbers, None \
      and HashableDict are read, and a file with anything else is refused.

      Where a sweep exists already, its combinations are marked as done; otherwise one is made.
      """
  )

  @Argument(help: "The folder of the ParamSweeper.", completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp("The folder of the results to write to.", valueName: "dir"),
    completion: .directory
  )
  var store: String

  /// Takes the combinations over.
  func run() async throws {
    let sweeper = try ExecoSweeper(folder: self.folder)
    let store = try SweepStore(self.store)
    let report = try store.adopt(sweeper)
    try store.close()
    await Console.shared.print("\(report)")
  }
}
