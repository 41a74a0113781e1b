import ConvokeHosts
public import ConvokeProcess

/// Commands that run on many hosts at once, to be talked to together.
///
/// Get one from ``Fleet/start(_:values:options:_:)-(Command,_,_,_)``; it is valid inside that scope.
public struct RunningFleet: Sendable {
  /// The process of each host, in the order of the hosts.
  public let processes: [RunningProcess]
  /// The members that the processes belong to, in the same order.
  public let members: [FleetMember]
  let name: String
  let started: Timestamp

  /// Writes text to the standard input of every process that still reads, all at the same time.
  ///
  /// - Parameter text: The text to write.
  /// - Returns: The members that did not take it all.
  @discardableResult
  public func write(_ text: String) async -> [FleetMember] {
    let failed = await withTaskGroup(of: Int?.self) { group in
      for (rank, process) in self.processes.enumerated() {
        group.addTask {
          do {
            try await process.write(text)
            return nil
          } catch {
            // The result of the process tells it too.
            return rank
          }
        }
      }
      return await group.reduce(into: [Int]()) { ranks, rank in
        if let rank { ranks.append(rank) }
      }
    }
    return failed.sorted().map { self.members[$0] }
  }

  /// Ends the standard input of every process.
  public func closeInput() async {
    for process in self.processes { await process.closeInput() }
  }

  /// Waits until one of the patterns has arrived from every host.
  ///
  /// All hosts share the limit; who is late or ends without a match does not keep the others.
  ///
  /// - Parameters:
  ///   - patterns: What to look for.
  ///   - stream: The stream to look at.
  ///   - limit: How long to wait for all; `nil` waits until the streams end.
  /// - Returns: What was found on each host, or why nothing was, in the order of the hosts.
  public func expect(
    _ patterns: ExpectPattern...,
    on stream: OutputStream = .stdout,
    within limit: Duration?
  ) async -> [Result<ExpectMatch, any Error>] {
    await self.expect(patterns, stream, limit)
  }

  /// Waits until a regular expression has matched the output of every host.
  ///
  /// - Parameters:
  ///   - regex: The expression.
  ///   - stream: The stream to look at.
  ///   - limit: How long to wait for all; `nil` waits until the streams end.
  /// - Returns: What was found on each host, or why nothing was, in the order of the hosts.
  public func expect<Output>(
    _ regex: Regex<Output>,
    on stream: OutputStream = .stdout,
    within limit: Duration?
  ) async -> [Result<ExpectMatch, any Error>] {
    await self.expect([.matching(regex)], stream, limit)
  }

  private func expect(
    _ patterns: [ExpectPattern],
    _ stream: OutputStream,
    _ limit: Duration?
  ) async -> [Result<ExpectMatch, any Error>] {
    let end = limit.map { ContinuousClock.now.advanced(by: $0) }
    var answers: [Result<ExpectMatch, any Error>] = []
    // One after the other: what arrives meanwhile from the others is kept for their turn.
    for process in self.processes {
      let left = end.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
      do {
        let source = ExpectSource(process, stream)
        answers.append(.success(try await expectFirst(of: patterns, in: [source], within: left)))
      } catch {
        answers.append(.failure(error))
      }
    }
    return answers
  }

  /// Sends a signal to every process group.
  ///
  /// - Parameter signal: The signal.
  public func send(_ signal: Signal) {
    for process in self.processes { process.send(signal) }
  }

  /// Waits until all have ended.
  ///
  /// Cancelling the task ends the wait, not the processes.
  ///
  /// - Parameter limit: How long to wait; `nil` waits as long as it takes.
  /// - Returns: One result for every host.
  /// - Throws: `ProcessError` with code `waitTimedOut` when the limit is reached,
  ///   `CancellationError` when the task is cancelled.
  public func wait(within limit: Duration? = nil) async throws -> FleetReport {
    let end = limit.map { ContinuousClock.now.advanced(by: $0) }
    var results: [ProcessResult] = []
    for process in self.processes {
      let left = end.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
      results.append(try await process.wait(within: left))
    }
    return self.report(results)
  }

  /// Ends all process groups with the termination sequence of the command, and waits for the end.
  ///
  /// - Returns: One result for every host; having been ended this way is no failure.
  @discardableResult
  public func terminate() async -> FleetReport {
    await withTaskGroup(of: Void.self) { group in
      for process in self.processes { group.addTask { _ = await process.terminate() } }
    }
    var results: [ProcessResult] = []
    for process in self.processes { results.append(await process.waitUncancelled()) }
    return self.report(results)
  }

  private func report(_ results: [ProcessResult]) -> FleetReport {
    FleetReport(
      name: self.name,
      results: zip(self.members, results).map { FleetResult($0, $1) },
      started: self.started,
      ended: .now
    )
  }
}
