import Dispatch
import Foundation

import struct ConvokeHosts.Host
import struct ConvokeHosts.HostSet

/// The command line of an experiment.
enum ExperimentProgram<Subject: Experiment> {
  private struct Options {
    var folder: String?
    var hosts: [Host] = [Host("local", transport: .local)]
    var slots = 1
    var files = OutputFiles.Mode.none
    var isMerged = false
    var wantsHelp = false
  }

  private static var help: String {
    """
    Usage: \(String(describing: Subject.self)) [options]

      -c DIR     go on in this folder of results; without, a new one is made here
      -w HOSTS   the hosts that take turns, as in 'node[1-4]'; without, this machine
      -j NUMBER  combinations at a time on each host
      -R         write standard output and standard error to files in the folder
      -L         write them there, too
      -M         write both into one file
      -h         show this text

    """
  }

  /// Runs the program; returns its exit status.
  static func run(_ arguments: [String]) async -> Int32 {
    let options: Options
    do {
      options = try self.read(arguments.dropFirst())
    } catch {
      FileHandle.standardError.write(Data("\(error)\n\n\(self.help)".utf8))
      return 2
    }
    if options.wantsHelp {
      print(self.help, terminator: "")
      return 0
    }
    do {
      return try await self.perform(options, arguments)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      return error is CancellationError ? 130 : 6
    }
  }

  private static func perform(_ options: Options, _ arguments: [String]) async throws -> Int32 {
    let folder = options.folder ?? Subject.runName()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let files = try OutputFiles(options.files, isMerged: options.isMerged, folder: folder)
    let context = ExperimentContext(resultFolder: folder, folder: folder, attempt: 0)
    try context.log("arguments: \(arguments.joined(separator: " "))")
    let run = ExperimentRun(Subject(), in: folder, hosts: options.hosts, slots: options.slots)
    let work = Task { try await run.perform() }
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { work.cancel() }
      source.resume()
      return source
    }
    let result = await work.result
    for source in signals { source.cancel() }
    let statistics = try result.get()
    print(statistics)
    print("results in \(folder)")
    files.close()
    if work.isCancelled { return 130 }
    return statistics[.failed] > 0 ? 1 : 0
  }

  private static func read(_ arguments: ArraySlice<String>) throws -> Options {
    var options = Options()
    var rest = arguments
    while let word = rest.popFirst() {
      switch word {
      case "-c": options.folder = try self.value(of: word, &rest)
      case "-w": options.hosts = Array(try HostSet(try self.value(of: word, &rest)))
      case "-j":
        let text = try self.value(of: word, &rest)
        guard let number = Int(text), number > 0 else {
          throw SweepError(.syntax, "-j '\(text)' must be a number from 1 on")
        }
        options.slots = number
      case "-R": options.files = .redirected
      case "-L": options.files = .copied
      case "-M": options.isMerged = true
      case "-h", "--help": options.wantsHelp = true
      default: throw SweepError(.syntax, "there is no option '\(word)'")
      }
    }
    return options
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws -> String {
    guard let value = rest.popFirst() else {
      throw SweepError(.syntax, "\(option) needs a value")
    }
    return value
  }
}
