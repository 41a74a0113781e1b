import ArgumentParser
import ConvokeProcess
import ConvokeSweep
import Foundation

/// `convoke sweep report`: one page with everything.
struct SweepReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one page of HTML with results, pictures, failures and circumstances."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write. (default: DIR/report.html)", valueName: "file"),
    completion: .file()
  )
  var output: String?

  @Option(help: "The title of the page. (default: the name of the sweep)")
  var title: String?

  /// Writes the page.
  func run() async throws {
    let store = try self.sweep.look()
    let path = self.output ?? "\(self.sweep.folder)/report.html"
    let page = try ReportPage.html(of: store, title: self.title ?? self.sweep.file)
    try OutputFile.write(page, to: path)
    await Console.shared.print(path)
  }
}

/// `convoke sweep plot`: one picture.
struct SweepPlotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws results as SVG or PNG.",
    discussion: """
      Several results at one place become their median with its interval.

      EXAMPLES
        convoke sweep plot -x size -y time --by mode -o time.svg
        convoke sweep plot --kind heat -x size -y time --by mode -o time.png
        convoke sweep plot --kind gantt -o runs.svg

      PNG is made by rsvg-convert (Debian package librsvg2-bin) or headless chromium.
      """
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions

  @Option(help: "The kind: lines, bars, scatter, heat or gantt. (default: lines)")
  var kind = "lines"

  @Option(name: .customShort("x"), help: "The column across.")
  var across: String?

  @Option(name: .customShort("y"), help: "The column whose values are shown.")
  var value: String?

  @Option(name: .customLong("by"), help: "The column that tells series apart.")
  var series: String?

  @Option(help: "The axes that are logarithmic: x, y or xy.")
  var log = ""

  @Option(
    name: .shortAndLong,
    help: "The file to write, .svg or .png.",
    completion: .file()
  )
  var output: String

  /// Draws the picture.
  func run() async throws {
    guard let kind = Plot.Kind(rawValue: self.kind) else {
      let known = Plot.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError("--kind '\(self.kind)' is none of \(known)")
    }
    let svg = try self.draw(kind, try self.sweep.look())
    guard self.output.hasSuffix(".png") else { return try OutputFile.write(svg, to: self.output) }
    try await PictureConverter.write(svg, to: self.output)
  }

  private func draw(_ kind: Plot.Kind, _ store: SweepStore) throws -> String {
    if kind == .gantt {
      guard let svg = try GanttChart.svg(of: store) else {
        throw UsageError("nothing has run yet in \(store.folder)")
      }
      return svg
    }
    guard let x = self.across, let y = self.value else {
      throw UsageError("say what to draw, with -x COLUMN and -y COLUMN")
    }
    var plot = Plot(kind, x: x, y: y, series: self.series)
    plot.isXLogarithmic = self.log.contains("x")
    plot.isYLogarithmic = self.log.contains("y")
    return try plot.svg(of: try ResultTable(store))
  }
}

/// Writes files whole or not at all.
enum OutputFile {
  /// Writes a text.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw UsageError("\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}

/// Makes PNG of SVG with a program that is there.
enum PictureConverter {
  /// Writes a picture.
  ///
  /// - Throws: ``UsageError`` if no program is there that can, or the one that is fails.
  static func write(_ svg: String, to path: String) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(component: "convoke-plot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(component: "plot.svg").path
    try OutputFile.write(svg, to: source)
    var problems: [String] = []
    for words in [
      ["rsvg-convert", "--format", "png", "--output", path, source],
      [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--window-size=760,440", "--screenshot=\(path)", "file://\(source)",
      ],
    ] {
      let command = Command(arguments: words).with { $0.deadline = .seconds(60) }
      let result = await command.run()
      if result.outcome.isSuccess, FileManager.default.fileExists(atPath: path) { return }
      problems.append("\(words[0]) \(result.outcome)")
    }
    throw UsageError(
      "\(path) cannot be made (\(problems.joined(separator: "; "))); install librsvg2-bin, or write .svg"
    )
  }
}
