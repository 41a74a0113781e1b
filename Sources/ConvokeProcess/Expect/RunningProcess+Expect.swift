import Synchronization

extension RunningProcess {
  /// Waits until one of the patterns arrives.
  ///
  /// The search starts where the last match on this stream ended, at first with the start of the
  /// output. The match that stands first in the output wins; among those at the same place, the
  /// pattern given first. A limit of zero only looks at what is there.
  ///
  /// - Parameters:
  ///   - patterns: What to look for.
  ///   - stream: The stream to look at.
  ///   - limit: How long to wait; `nil` waits until the stream ends.
  /// - Returns: What was found.
  /// - Throws: ``ProcessError`` with code ``ProcessError/Code/expectTimedOut`` or
  ///   ``ProcessError/Code/endOfOutput`` (unless ``ExpectPattern/endOfFile`` is among the
  ///   patterns), `CancellationError` when the task is cancelled.
  @discardableResult
  public func expect(
    _ patterns: ExpectPattern...,
    on stream: OutputStream = .stdout,
    within limit: Duration?
  ) async throws -> ExpectMatch {
    try await expectFirst(of: patterns, in: [ExpectSource(self, stream)], within: limit)
  }

  /// Waits until a regular expression matches.
  ///
  /// - Parameters:
  ///   - regex: The expression.
  ///   - stream: The stream to look at.
  ///   - limit: How long to wait; `nil` waits until the stream ends.
  /// - Returns: What was found.
  /// - Throws: As ``expect(_:on:within:)-(ExpectPattern...,_,_)``.
  @discardableResult
  public func expect<Output>(
    _ regex: Regex<Output>,
    on stream: OutputStream = .stdout,
    within limit: Duration?
  ) async throws -> ExpectMatch {
    try await self.expect(.matching(regex), on: stream, within: limit)
  }

  /// Forgets the output that has arrived, so that the next `expect` sees only what comes later.
  ///
  /// - Parameter stream: The stream to forget.
  public func skipOutput(of stream: OutputStream = .stdout) {
    self.state.withLock { $0.expectBuffers[stream]?.clear() }
  }
}

/// Waits until one of the patterns arrives on one of the sources.
///
/// - Parameters:
///   - patterns: What to look for.
///   - sources: The streams to look at, each from its last match on.
///   - limit: How long to wait; `nil` waits until all streams end.
/// - Returns: What was found first, with the index of its source.
/// - Throws: ``ProcessError`` with code ``ProcessError/Code/expectTimedOut`` or
///   ``ProcessError/Code/endOfOutput``, `CancellationError` when the task is cancelled.
public func expectFirst(
  of patterns: [ExpectPattern],
  in sources: [ExpectSource],
  within limit: Duration?
) async throws -> ExpectMatch {
  let end = limit.map { ContinuousClock.now.advanced(by: $0) }
  let notifier = ChangeNotifier()
  for source in sources { source.process.observe(notifier) }
  defer { for source in sources { source.process.unobserve(notifier) } }
  while true {
    try Task.checkCancellation()
    var areAllAtEnd = true
    for (index, source) in sources.enumerated() {
      let (found, isAtEnd) = source.match(patterns, source: index)
      if let found { return found }
      areAllAtEnd = areAllAtEnd && isAtEnd
    }
    if areAllAtEnd { throw failure(.endOfOutput, "the output ended", patterns, sources) }
    if let end, ContinuousClock.now >= end {
      throw failure(.expectTimedOut, "nothing arrived within \(limit ?? .zero)", patterns, sources)
    }
    await notifier.wait(until: end)
  }
}

private func failure(
  _ code: ProcessError.Code,
  _ reason: String,
  _ patterns: [ExpectPattern],
  _ sources: [ExpectSource]
) -> ProcessError {
  for source in sources {
    source.process.state.withLock { $0.statistics.expectFailures += 1 }
  }
  let names = sources.map { "'\($0.process.command.label)'" }.joined(separator: ", ")
  let texts = patterns.compactMap { if case .text(let text) = $0 { text } else { nil } }
  let wanted = texts.isEmpty ? "" : " that matches \(texts)"
  return ProcessError(code, "\(names): \(reason)\(wanted)")
}

extension RunningProcess {
  fileprivate func observe(_ notifier: ChangeNotifier) {
    self.state.withLock { state in
      state.observers[ObjectIdentifier(notifier)] = notifier
      state.unread.beginSearch()
    }
    self.updatePause()
  }

  fileprivate func unobserve(_ notifier: ChangeNotifier) {
    self.state.withLock { _ = $0.observers.removeValue(forKey: ObjectIdentifier(notifier)) }
  }
}
