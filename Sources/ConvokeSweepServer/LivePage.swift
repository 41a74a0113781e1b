import ConvokeSweep
import Dispatch
import NIOCore
import Synchronization

/// The page of a sweep, made again when the store has changed, and those who want to know of changes.
final class LivePage: Sendable {
  /// A state of the page.
  struct Edition: Sendable {
    /// The number of the edition, from 1.
    var number: Int
    /// The page as HTML; all answers share its memory.
    var html: ByteBuffer
    /// How many combinations are in each state, as JSON.
    var counts: String

    /// What those who wait for changes are told.
    var notice: Notice { Notice(number: self.number, counts: self.counts) }
  }

  /// The news that there is another edition.
  struct Notice: Sendable {
    var number: Int
    var counts: String
  }

  private struct State {
    var edition: Edition?
    var version: Int?
    var isFreshUntil = ContinuousClock.now
    var readers: [Int: AsyncStream<Notice>.Continuation] = [:]
    var nextReader = 0
  }

  private let store: SweepStore
  private let title: String
  private let interval: Duration
  private let pulse: Duration
  // Reading the store and drawing block their thread.
  private let queue = DispatchQueue(label: "convoke.sweep.page")
  private let state = Mutex(State())

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - store: What it shows.
  ///   - title: Its title.
  ///   - interval: How often to look for changes.
  ///   - pulse: How often readers are told the last news again.
  init(_ store: SweepStore, title: String, interval: Duration, pulse: Duration = .seconds(15)) {
    self.store = store
    self.title = title
    self.interval = interval
    self.pulse = pulse
  }

  /// How many want to know of changes.
  var readerCount: Int { self.state.withLock { $0.readers.count } }

  /// The page as it is; as it was a moment ago, if it has just been made.
  func current() async throws -> Edition {
    try await withCheckedThrowingContinuation { continuation in
      self.queue.async { continuation.resume(with: Result { try self.refreshed() }) }
    }
  }

  /// The news, beginning with the present edition; a slow reader gets the last ones only.
  func notices() -> AsyncStream<Notice> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Notice.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let (number, notice) = self.state.withLock { state in
      state.nextReader += 1
      state.readers[state.nextReader] = continuation
      return (state.nextReader, state.edition?.notice)
    }
    if let notice { continuation.yield(notice) }
    continuation.onTermination = { _ in
      self.state.withLock { _ = $0.readers.removeValue(forKey: number) }
    }
    return stream
  }

  /// Looks for changes while somebody wants to know, until the task is cancelled.
  func follow() async {
    var lastPulse = ContinuousClock.now
    while (try? await Task.sleep(for: self.interval)) != nil {
      guard self.readerCount > 0 else { continue }
      _ = try? await self.current()
      guard lastPulse.duration(to: .now) >= self.pulse else { continue }
      lastPulse = .now
      let state = self.state.withLock { $0 }
      guard let notice = state.edition?.notice else { continue }
      for reader in state.readers.values { reader.yield(notice) }
    }
  }

  // On the queue.
  private func refreshed() throws -> Edition {
    let old = self.state.withLock { $0 }
    if let edition = old.edition, old.isFreshUntil > .now { return edition }
    // Before the page is made, so that what changes meanwhile is seen the next time.
    let version = try self.store.version()
    if let edition = old.edition, old.version == version { return edition }
    let start = ContinuousClock.now
    let html = ByteBuffer(string: try ReportPage.live(of: self.store, title: self.title))
    let counts = Self.json(try self.store.statistics())
    let number = old.edition?.number ?? 0
    let isChanged = html != old.edition?.html
    let edition = Edition(number: isChanged ? number + 1 : number, html: html, counts: counts)
    // A page that takes long to make is made less often.
    let pause = max(self.interval, start.duration(to: .now) * 4)
    let readers = self.state.withLock { state in
      state.edition = edition
      state.version = version
      state.isFreshUntil = .now + pause
      return Array(state.readers.values)
    }
    if isChanged { for reader in readers { reader.yield(edition.notice) } }
    return edition
  }

  private static func json(_ statistics: SweepStatistics) -> String {
    let states = SweepState.allCases.map { "\"\($0.rawValue)\": \(statistics[$0])" }
    return "{\"total\": \(statistics.total), \(states.joined(separator: ", "))}"
  }
}
