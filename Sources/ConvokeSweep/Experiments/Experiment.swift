import Foundation

public import struct ConvokeHosts.Host

/// An experiment in Swift: parameters, and what to do for each combination of them.
///
/// A type whose `main` calls ``start()`` is a program with a command line: `-c DIR` goes on in a folder,
/// `--resume` in the latest one, `-R` and `-L` keep the output in files, `-l` says how much is logged,
/// `-w HOSTS` and `-j N` where and how many at a time.
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
///
/// The order of a run: ``prepare(in:)`` of each of ``stages``, then its own; ``run(_:on:in:)`` for each
/// combination; ``finish(in:)``, then those of the stages, the last one first.
public protocol Experiment: ExperimentStage {
  /// What comes out of a combination; it is kept as JSON.
  associatedtype Outcome: Encodable & Sendable

  /// The combinations; by default a single one without parameters.
  var sweep: Sweep { get }

  /// What several experiments have in common, each prepared before this one; none by default.
  var stages: [any ExperimentStage] { get }

  /// The options of the command line beside those that every experiment has; none by default.
  static var options: [ExperimentOption] { get }

  /// Makes the experiment of a program.
  init()

  /// Makes the experiment of a program, with what its command line says; by default without.
  ///
  /// - Parameter arguments: The values of ``options``, and the words that belong to none.
  /// - Throws: What is wrong with them; the program prints it and ends with status 2.
  init(arguments: ExperimentArguments) throws

  /// The name of a run that begins now; by default the type, the date and the time zone.
  ///
  /// - Returns: A name such as `Squares_20260301_123000_+0100`.
  static func runName() -> String

  /// The folder of the results of a run; by default its name, in the working folder.
  ///
  /// - Parameter runName: The name of the run.
  /// - Returns: The path of the folder.
  static func resultFolder(of runName: String) -> String

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
  /// A single combination without parameters.
  public var sweep: Sweep { Sweep([:]) }

  /// None.
  public var stages: [any ExperimentStage] { [] }

  /// None.
  public static var options: [ExperimentOption] { [] }

  /// Makes the experiment without a look at the arguments.
  ///
  /// - Throws: Nothing, but words that nobody wants are refused.
  public init(arguments: ExperimentArguments) throws {
    if let word = arguments.words.first {
      throw SweepError(.syntax, "there is no use for '\(word)'")
    }
    self.init()
  }

  /// The name of the folder of a run that begins now: the type, the date and the time zone.
  ///
  /// - Returns: A name such as `Squares_20260301_123000_+0100`.
  public static func runName() -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyyMMdd_HHmmss_Z"
    return "\(String(describing: Self.self))_\(format.string(from: .now))"
  }

  /// The name of the run, in the working folder.
  public static func resultFolder(of runName: String) -> String { runName }

  /// Runs the program: reads the command line, executes, leaves with the status.
  ///
  /// It is what the `main` of a program calls: `static func main() async { await Self.start() }`.
  public static func start() async {
    let status = await ExperimentProgram<Self>.run(CommandLine.arguments)
    exit(status)
  }
}
