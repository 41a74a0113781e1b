/// Something that is done before and after all combinations of an experiment.
///
/// What several experiments need alike, such as machines that are reserved and installed, is a stage of each.
public protocol ExperimentStage: Sendable {
  /// What is done once before the first combination; nothing by default.
  ///
  /// - Parameter context: The folder of the results.
  /// - Throws: What keeps the experiment from starting; what has been prepared is finished then.
  func prepare(in context: ExperimentContext) async throws

  /// What is done once after the last combination, also after an error or Ctrl-C; nothing by default.
  ///
  /// The task is not cancelled then, so it should end by itself soon.
  ///
  /// - Parameter context: The folder of the results.
  /// - Throws: What went wrong; the results stay.
  func finish(in context: ExperimentContext) async throws
}

extension ExperimentStage {
  /// Does nothing.
  public func prepare(in context: ExperimentContext) async throws {}

  /// Does nothing.
  public func finish(in context: ExperimentContext) async throws {}
}
