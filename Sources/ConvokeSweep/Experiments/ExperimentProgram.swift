import ConvokeProcess
import Dispatch
import Foundation

/// The command line of an experiment.
enum ExperimentProgram<Subject: Experiment> {
  private static var help: String {
    let own = Subject.options.map { option in
      let start = "  --\(option.name) VALUE"
      let gap = String(repeating: " ", count: max(1, 13 - start.count))
      let standard = option.standard.map { " (default: \($0))" } ?? ""
      return "\(start)\(gap)\(option.help)\(standard)\n"
    }
    return """
      Usage: \(String(describing: Subject.self)) [options]

        -c DIR     go on in this folder of results; without, a new one is made here
        --resume   go on in the latest one that was made here
        -w HOSTS   the hosts that take turns, as in 'node[1-4]'; without, this machine
        -j NUMBER  combinations at a time on each host
        -l LEVEL   what is logged: debug, info, warning or error; as a number, 10 to 40
        -R         write standard output and standard error to files in the folder
        -L         write them there, too
        -M         write both into one file
        -h         show this text
      \(own.joined())

      """
  }

  /// Runs the program; returns its exit status.
  static func run(_ arguments: [String]) async -> Int32 {
    let options: ExperimentOptions
    let subject: Subject
    do {
      options = try ExperimentOptions(arguments.dropFirst(), Subject.options)
      if options.wantsHelp {
        print(self.help, terminator: "")
        return 0
      }
      subject = try Subject(arguments: options.arguments)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n\n\(self.help)".utf8))
      return 2
    }
    do {
      return try await self.perform(subject, options, arguments)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      return error is CancellationError ? 130 : 6
    }
  }

  private static func perform(
    _ subject: Subject,
    _ options: ExperimentOptions,
    _ arguments: [String]
  ) async throws -> Int32 {
    let folder = try options.folder ?? self.newFolder(options)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let files = try OutputFiles(options.files, isMerged: options.isMerged, folder: folder)
    defer { files.close() }
    var context = ExperimentContext(resultFolder: folder, folder: folder, attempt: 0)
    context.logLevel = options.level
    try context.log("arguments: \(arguments.map(ShellQuoting.quote).joined(separator: " "))")
    var run = ExperimentRun(subject, in: folder, hosts: options.hosts, slots: options.slots)
    run.logLevel = options.level
    let work = Task { [run] in try await run.perform() }
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { work.cancel() }
      source.resume()
      return source
    }
    let result = await work.result
    for source in signals { source.cancel() }
    let statistics: SweepStatistics
    do {
      statistics = try result.get()
    } catch {
      try? context.log("\(error)", .error)
      throw error
    }
    print(statistics)
    print("results in \(folder)")
    if work.isCancelled { return 130 }
    return statistics[.failed] > 0 ? 1 : 0
  }

  private static func newFolder(_ options: ExperimentOptions) throws -> String {
    let new = Subject.resultFolder(of: Subject.runName())
    guard options.isResumed else { return new }
    let place = new.contains("/") ? URL(filePath: new).deletingLastPathComponent().path : "."
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    let runs = names.filter { name in
      name.hasPrefix("\(String(describing: Subject.self))_")
        && FileManager.default.fileExists(atPath: "\(place)/\(name)/\(SweepStore.fileName)")
    }
    // The names begin with the date, so that the last one is the latest.
    guard let last = runs.max() else {
      throw SweepError(
        .file,
        "there is no run to go on with in \(place); leave --resume out, or use -c"
      )
    }
    return place == "." ? last : "\(place)/\(last)"
  }
}
