import Foundation

public import struct ConvokeHosts.Host

/// Executes the combinations of an experiment that are not done yet.
public struct ExperimentRun<Subject: Experiment>: Sendable {
  private let subject: Subject
  private let folder: String
  private let hosts: [Host]
  private let slots: Int

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
  /// - Throws: What preparing throws, or ``SweepError``.
  public func perform() async throws -> SweepStatistics {
    let store = try SweepStore(self.folder)
    try store.update(to: try self.subject.sweep.combinations())
    let context = ExperimentContext(
      resultFolder: self.folder,
      folder: self.folder,
      attempt: 0
    )
    try await self.subject.prepare(in: context)
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
    try store.close()
    return try SweepStore(
      self.folder,
      options: SweepStoreOptions().with { $0.isReadOnly = true }
    ).statistics()
  }

  private func execute(_ lease: SweepLease, _ host: Host, _ store: SweepStore) async throws {
    let folder = "\(self.folder)/runs/\(lease.combination.slug)/\(lease.attempt)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let context = ExperimentContext(
      resultFolder: self.folder,
      folder: folder,
      attempt: lease.attempt
    )
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
