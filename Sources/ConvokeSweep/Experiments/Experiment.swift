import Foundation

public import struct ConvokeHosts.Host

/// An experiment in Swift: parameters, and what to do for each combination of them.
///
/// A type whose `main` calls ``start()`` is a program with a command line: `-c DIR` goes on in a folder,
/// `-R` and `-L` keep the output in files, `-w HOSTS` and `-j N` say where and how many at a time.
///
/// ```swift
/// @main struct Squares: Experiment {
///   static func main() async { await Self.start() }
///
///   let sweep: Sweep = ["number": [1, 2, 3]]
///
///   func run(_ combination: Combination, on host: Host, in context: ExperimentContext) async throws
///     -> Int
///   {
///     Int(combination["number"]?.number ?? 0) * 2
///   }
/// }
/// ```
public protocol Experiment: Sendable {
  /// What comes out of a combination; it is kept as JSON.
  associatedtype Outcome: Encodable & Sendable

  /// The combinations.
  var sweep: Sweep { get }

  /// Makes the experiment of a program.
  init()

  /// What is done once before the first combination; nothing by default.
  ///
  /// - Parameter context: The folder of the results.
  /// - Throws: What keeps the experiment from starting.
  func prepare(in context: ExperimentContext) async throws

  /// What is done for a combination.
  ///
  /// An error is recorded as the reason why the combination failed. Cancelling the task, as Ctrl-C does,
  /// gives the combination back.
  ///
  /// - Parameters:
  ///   - combination: The combination.
  ///   - host: The host whose turn it is; this machine unless hosts were named.
  ///   - context: The folder of the combination.
  /// - Returns: What came out.
  /// - Throws: What went wrong.
  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> Outcome
}

extension Experiment {
  /// Does nothing.
  public func prepare(in context: ExperimentContext) async throws {}

  /// The name of the folder of a run that begins now: the type, the date and the time zone.
  ///
  /// - Returns: A name such as `Squares_20260301_123000_+0100`.
  public static func runName() -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyyMMdd_HHmmss_Z"
    return "\(String(describing: Self.self))_\(format.string(from: .now))"
  }

  /// Runs the program: reads the command line, executes, leaves with the status.
  ///
  /// It is what the `main` of a program calls: `static func main() async { await Self.start() }`.
  public static func start() async {
    let status = await ExperimentProgram<Self>.run(CommandLine.arguments)
    exit(status)
  }
}

/// What an experiment may use while it runs.
public struct ExperimentContext: Sendable {
  /// The folder of the results of the whole run.
  public var resultFolder: String
  /// The folder of this combination, which exists; that of the whole run while it is prepared.
  public var folder: String
  /// The number of the attempt, from 1; 0 while the run is prepared.
  public var attempt: Int

  /// Adds a line, with the time in front, to the file `log` of the results.
  ///
  /// - Parameter message: The line.
  /// - Throws: What keeps the file from being written.
  public func log(_ message: String) throws {
    let path = "\(self.resultFolder)/log"
    if !FileManager.default.fileExists(atPath: path) {
      try Data().write(to: URL(filePath: path), options: .withoutOverwriting)
    }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data("\(Date.now.formatted(.iso8601)) \(message)\n".utf8))
  }
}
