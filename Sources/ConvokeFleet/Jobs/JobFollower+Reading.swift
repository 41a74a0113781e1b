import ConvokeHosts
import ConvokeProcess
import Synchronization

extension JobFollower {
  /// Reads to the end that was asked for, and tells it as that of a process.
  func readAll() async -> ProcessEnd {
    // What a job leaves behind may go on writing; its folder stays as long as it can.
    for _ in 0..<3 {
      if let end = await self.readOn() { return end }
      if let end = await self.look() { return end }
      guard self.reading.options.follows else { return .exited(0) }
      guard let entry = self.state.withLock({ $0.entry }) else { return self.missing }
      if let end = self.shortfall(entry) { return end }
      if case .lost(let isAlive) = entry.job.state { return self.lost(isAlive) }
      guard case .ended(let outcome) = entry.job.state, self.hasAll(of: entry.job) else { continue }
      guard self.reading.removesFolder else { return Self.end(outcome) }
      guard await self.remove() else { continue }
      self.state.withLock { $0.entry = nil }
      return Self.end(outcome)
    }
    guard case .ended(let outcome) = self.job?.state else { return self.lost(true) }
    return Self.end(outcome)
  }

  /// Reads until the script has ended by itself; what happened instead, if it did not.
  private func readOn() async -> ProcessEnd? {
    await self.persistently {
      let start = self.state.withLock { $0.position }
      let script = JobScript.follow(
        self.place,
        from: start,
        follows: self.reading.options.follows
      )
      let result = await self.run(self.delivering(script))
      return (result.outcome, self.state.withLock { $0.position } != start)
    }
  }

  /// Asks how the job fares.
  private func look() async -> ProcessEnd? {
    let script = JobScript.show(self.place.folder, try? JobName(self.place.name))
    return await self.persistently {
      let result = await self.run(script)
      guard result.outcome.isSuccess else { return (result.outcome, false) }
      let entry = JobListing.entries(of: result.stdout.lines).first { entry in
        entry.job.startedAs == self.place.label
      }
      self.state.withLock { $0.entry = entry }
      return (.exited(0), false)
    }
  }

  /// Removes the folder, unless more has come since; whether it is gone.
  private func remove() async -> Bool {
    let position = self.state.withLock { $0.position }
    let names = [self.place.name]
    let script = JobScript.remove(
      self.place.folder,
      self.place.label,
      names,
      ifSizesAre: position
    )
    let isGone = Mutex(false)
    let end = await self.persistently {
      let result = await self.run(script)
      // The answer may have got lost the first time.
      let word = result.stdout.trimmedText.split(separator: " ").first
      isGone.withLock { $0 = word == "removed" || word == "gone" }
      return (result.outcome, false)
    }
    return end == nil && isGone.withLock { $0 }
  }

  private func run(_ script: Command) async -> ProcessResult {
    await self.member.work.engine.launcher.run(script, on: self.member.host)
  }

  /// Does something on the host, again and again if the host cannot be reached for a while.
  ///
  /// - Parameter body: What to do; its outcome, and whether anything had arrived meanwhile.
  /// - Returns: Why it could not be done; `nil` if it was.
  private func persistently(
    _ body: () async -> (outcome: Outcome, hasMoved: Bool)
  ) async -> ProcessEnd? {
    let patience = self.reading.options.patience
    var limit = ContinuousClock.now.advanced(by: patience)
    var pause = Duration.milliseconds(200)
    while true {
      let (outcome, hasMoved) = await body()
      if Task.isCancelled { return .outcome(.cancelled) }
      switch outcome {
      case .exited(0): return nil
      case .lost, .unreachable:
        if hasMoved {
          limit = .now.advanced(by: patience)
          pause = .milliseconds(200)
        }
        guard RetryPolicy.Cause(outcome) != nil, ContinuousClock.now < limit else {
          return .outcome(outcome)
        }
        // Cancelled while waiting: the next round says so.
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(5))
      case .exited(JobScript.missingCode): return self.missing
      case .exited, .signalled: return self.refused("its output cannot be read: \(outcome)")
      case let other: return .outcome(other)
      }
    }
  }

  // MARK: - Ends

  private static func end(_ outcome: Outcome) -> ProcessEnd {
    switch outcome {
    case .exited(let code): .exited(code)
    case .signalled(let signal): .signalled(signal)
    default: .outcome(outcome)
    }
  }

  private var title: String { "\(self.member.host): the job '\(self.place.name)'" }

  private func refused(_ words: String) -> ProcessEnd {
    .outcome(.refused(Failure(.jobsNotUsable, "\(self.title): \(words)")))
  }

  private var missing: ProcessEnd {
    .outcome(.refused(Failure(.jobMissing, "\(self.title) was removed while it was read")))
  }

  private func lost(_ isAlive: Bool) -> ProcessEnd {
    let words =
      isAlive
      ? "still runs, but nobody watches over it any more"
      : "has no outcome: the host was restarted, or its keeper was killed"
    return .outcome(.lost(Failure(.jobLost, "\(self.title) \(words)")))
  }

  /// The failure if there is less than the job had written in the end, or than was read already.
  private func shortfall(_ entry: JobListing.Entry) -> ProcessEnd? {
    let position = self.state.withLock { $0.position }
    for (stream, count) in position.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let size = entry.job.size(of: stream)
      let expected = max(count, entry.atEnd[stream] ?? 0)
      if size < expected {
        return self.refused("its \(stream.rawValue) has \(size) bytes, but there were \(expected)")
      }
    }
    return nil
  }

  private func hasAll(of job: Job) -> Bool {
    self.state.withLock { $0.position }.allSatisfy { $0.value == job.size(of: $0.key) }
  }
}

extension Job {
  func size(of stream: OutputStream) -> Int {
    stream == .stdout ? self.stdoutBytes : self.stderrBytes
  }
}
