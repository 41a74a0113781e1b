import Foundation
import Synchronization

import struct ConvokeHosts.Host

/// The folder that records a run while it goes on, so that it can be looked at and done again.
///
/// ```text
/// DIR/run.json                     what is done where, then how it went
/// DIR/hosts/HOST/stdout, stderr    every byte of the output of the last attempt
/// DIR/hosts/HOST/meta.json         the outcome, written when it is known
/// ```
///
/// A host named several times has a folder for each rank, `HOST.RANK`. The parts of a composed
/// action are in `DIR/steps/0/hosts`, `DIR/steps/1.0/hosts` and so on. A JSON file is there whole
/// or not at all. A folder that holds an earlier run is used again: what that run wrote for the
/// same hosts is replaced. A command whose output has a file of its own keeps that.
public final class FleetJournal: Sendable {
  /// The path of the folder.
  public let path: String

  struct State {
    var names: [[Int]: FolderNames] = [:]
    var run: FleetJournalRun?
    var failure: String?
  }

  let state = Mutex(State())

  /// Makes the journal of a run that is about to begin.
  ///
  /// - Parameter path: The path of the folder; it is made with all it is in.
  /// - Throws: ``FleetError`` with code ``FleetError/Code/journal`` if it cannot be made.
  public init(path: String) throws(FleetError) {
    self.path = path
    do {
      try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true
      )
    } catch {
      throw FleetError(.journal, "cannot make the folder \(path): \(error.localizedDescription)")
    }
  }

  /// What kept something from being written, the first time that happened.
  public var failure: String? { self.state.withLock { $0.failure } }
}
