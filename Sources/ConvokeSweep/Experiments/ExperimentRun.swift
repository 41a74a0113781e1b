import Foundation

public import struct ConvokeHosts.Host

/// Executes the combinations of an experiment that are not done yet.
public struct ExperimentRun<Subject: Experiment>: Sendable {
  private let subject: Subject
  private let folder: String
  private let hosts: [Host]
  private let slots: Int
  /// What is less important than this is not logged.
  public var logLevel = ExperimentLogLevel.info

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - subject: The experiment.
  ///   - folder: The folder of the results, new or from a run that is to go on.
  ///   - hosts: The hosts that take turns; by default this machine.
  ///   - slots: How many combinations each host has at a time.
  public init(
    _ subject: Subject,
    in folder: String,
    hosts: [Host] = [Host("local", transport: .local)],
    slots: Int = 1
  ) {
    self.subject = subject
    self.folder = folder
    self.hosts = hosts
    self.slots = max(1, slots)
  }

  /// Executes until nothing is left.
  ///
  /// Cancelling the task cancels what runs and gives it back.
  ///
  /// - Returns: What the store holds at the end.
  /// - Throws: What preparing or finishing throws, or ``SweepError``.
  public func perform() async throws -> SweepStatistics {
    let store = try SweepStore(self.folder)
    try store.update(to: try self.subject.sweep.combinations())
    let context = self.context(self.folder, attempt: 0)
    var prepared: [any ExperimentStage] = []
    let outcome: Result<Void, any Error>
    do {
      for stage in self.subject.stages + [self.subject] {
        // What fails halfway may have something to finish, too.
        prepared.append(stage)
        try await stage.prepare(in: context)
      }
      try await self.execute(store)
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    let ending = await self.finish(prepared, context)
    try outcome.get()
    try ending.get()
    let statistics = try store.statistics()
    try store.close()
    return statistics
  }

  private func context(_ folder: String, attempt: Int) -> ExperimentContext {
    var context = ExperimentContext(
      resultFolder: self.folder,
      folder: folder,
      attempt: attempt
    )
    context.logLevel = self.logLevel
    return context
  }

  // All of them, whatever the others do, out of reach of the caller's cancellation.
  private func finish(
    _ stages: [any ExperimentStage],
    _ context: ExperimentContext
  ) async -> Result<Void, any Error> {
    await Task.detached {
      var outcome: Result<Void, any Error> = .success(())
      for stage in stages.reversed() {
        do {
          try await stage.finish(in: context)
        } catch {
          if case .success = outcome { outcome = .failure(error) }
        }
      }
      return outcome
    }.value
  }

  private func execute(_ store: SweepStore) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for host in self.hosts {
        for _ in 0..<self.slots {
          group.addTask {
            while !Task.isCancelled, let lease = try store.next(on: "\(host)").first {
              try await self.execute(lease, host, store)
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func execute(_ lease: SweepLease, _ host: Host, _ store: SweepStore) async throws {
    let slug = lease.combination.slug
    let folder = "\(self.folder)/runs/\(slug.isEmpty ? "all" : slug)/\(lease.attempt)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let context = self.context(folder, attempt: lease.attempt)
    do {
      let outcome = try await self.subject.run(lease.combination, on: host, in: context)
      let json = try JSONEncoder().encode(outcome)
      let result = try ParameterValue(json: String(decoding: json, as: UTF8.self))
      try store.done(lease, result: result)
    } catch {
      if Task.isCancelled {
        try store.cancel(lease, reason: "interrupted")
      } else {
        try store.fail(lease, reason: "\(error)")
      }
    }
  }
}
