import ConvokeProcess

extension FleetReport {
  /// The report as it is written to JSON.
  public struct Record: Codable, Sendable, Hashable {
    /// The version of this form; readers refuse a higher one.
    public var version = 1
    /// The name of the action.
    public var name: String
    /// The identifier of the run.
    public var run: RunID?
    /// The status of the whole: the exit status of the command `convoke`.
    public var status: FleetStatus
    /// When the action began, in seconds since 1970.
    public var started: Double?
    /// When it had ended, in seconds since 1970.
    public var ended: Double?
    /// Why the rest was given up.
    public var stop: String?
    /// How many results have each outcome, by the word for it.
    public var totals: [String: Int]
    /// The results in the order of the hosts.
    public var results: [FleetResult.Record]
    /// The parts of a composed action.
    public var parts: [Record]
  }

  /// The record of the report.
  ///
  /// - Parameter includesOutput: Whether the output of the commands is in it.
  /// - Returns: The record.
  public func record(includesOutput: Bool = true) -> Record {
    Record(
      name: self.name,
      run: self.run,
      status: self.status,
      started: self.started?.seconds,
      ended: self.ended?.seconds,
      stop: self.stop.map(String.init(describing:)),
      totals: self.totals,
      results: self.ownResults.map { $0.record(includesOutput: includesOutput) },
      parts: self.parts.map { $0.record(includesOutput: includesOutput) }
    )
  }
}
