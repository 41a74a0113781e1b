import Foundation

/// What an execo `ParamSweeper` has in its folder.
public struct ExecoSweeper: Sendable {
  /// The combinations, if they were saved.
  public var sweeps: [Combination]?
  /// Those that are done.
  public var done: [Combination]
  /// Those that were being executed.
  public var inProgress: [Combination]
  /// Whether the end of the file of what is done was torn off; what came before it was read.
  public var isTorn: Bool

  /// Reads a folder; no code in its files is run.
  ///
  /// Elements that are no dictionaries become combinations with the one parameter `value`.
  ///
  /// - Parameter folder: The persistence folder of the sweeper.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/importing`` for a folder without such files,
  ///   or a file with anything but plain data.
  public init(folder: String) throws(SweepError) {
    guard FileManager.default.fileExists(atPath: "\(folder)/done") else {
      throw SweepError(
        .importing,
        "\(folder) is no folder of an execo ParamSweeper: it has no file 'done'"
      )
    }
    let (sweeps, _) = try Self.elements("\(folder)/sweeps", isStream: false)
    self.sweeps = sweeps
    let (done, isTorn) = try Self.elements("\(folder)/done", isStream: true)
    self.done = done ?? []
    self.isTorn = isTorn
    self.inProgress = try Self.elements("\(folder)/inprogress", isStream: false).elements ?? []
  }

  // A stream holds one element after the other; other files hold one collection.
  private static func elements(
    _ path: String,
    isStream: Bool
  ) throws(SweepError) -> (elements: [Combination]?, isTorn: Bool) {
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
      return (nil, false)
    }
    var reader = PickleReader(Array(data))
    var values: [ParameterValue] = []
    do throws(SweepError) {
      while let value = try reader.next() { values.append(value) }
    } catch {
      guard error.message.hasSuffix(PickleReader.truncated) else {
        throw SweepError(.importing, "\(path) cannot be imported: \(error.message)")
      }
      return (isStream ? values.map(Self.combination) : nil, true)
    }
    if !isStream, case .list(let list) = values.first { values = list }
    return (values.map(Self.combination), false)
  }

  private static func combination(_ value: ParameterValue) -> Combination {
    if case .object(let fields) = value { return Combination(fields) }
    return Combination([.init("value", value)])
  }
}
