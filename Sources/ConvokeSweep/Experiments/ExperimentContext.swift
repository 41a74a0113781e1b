import Foundation
import Glibc

/// What an experiment may use while it runs.
public struct ExperimentContext: Sendable {
  /// The folder of the results of the whole run.
  public var resultFolder: String
  /// The folder of this combination, which exists; that of the whole run before and after all.
  public var folder: String
  /// The number of the attempt, from 1; 0 before and after all combinations.
  public var attempt: Int
  /// What is less important than this is not logged.
  public var logLevel = ExperimentLogLevel.info

  /// The folder of the program that runs.
  public static var programFolder: String {
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: path ?? CommandLine.arguments[0]).deletingLastPathComponent().path
  }

  /// Adds a line, with the time and the level in front, to the file `log` of the results.
  ///
  /// - Parameters:
  ///   - message: The line.
  ///   - level: How important it is.
  /// - Throws: What keeps the file from being written.
  public func log(_ message: String, _ level: ExperimentLogLevel = .info) throws {
    guard level >= self.logLevel else { return }
    let path = "\(self.resultFolder)/log"
    // One write to a file that is only added to: lines of several processes do not mix.
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw SweepError(.file, "\(path) cannot be opened to be added to") }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    let line = "\(Date.now.formatted(.iso8601)) \(level.rawValue) \(message)\n"
    try handle.write(contentsOf: Data(line.utf8))
  }
}
