import ArgumentParser
import ConvokeSweep
import Foundation

/// `convoke sweep export`: results for other programs.
struct SweepExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes parameters, results and records as CSV, JSON or columns."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions

  @Option(
    help: "The form: csv, json, or columns with their types. (default: csv)",
    transform: Self.format
  )
  var format = ResultTable.Format.csv

  @Option(
    name: [.customLong("state")],
    help: ArgumentHelp("The states to export. (default: all)", valueName: "states")
  )
  var states: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write. (default: standard output)", valueName: "file"),
    completion: .file()
  )
  var output: String?

  @Sendable private static func format(_ text: String) throws -> ResultTable.Format {
    if let format = ResultTable.Format(rawValue: text) { return format }
    throw ValidationError("it must be csv, json or columns.")
  }

  /// Writes the table.
  func run() async throws {
    var selection = SweepSelection()
    selection.states = self.states
    let table = try ResultTable(try self.sweep.look(), in: try selection.chosenStates())
    let text = table.export(self.format)
    guard let output = self.output else { return await Console.shared.write(Array(text.utf8)) }
    do {
      // Beside it and renamed: whole or not at all.
      try Data(text.utf8).write(to: URL(filePath: output), options: .atomic)
    } catch {
      throw UsageError("--output \(output) cannot be written: \(error.localizedDescription)")
    }
  }
}
