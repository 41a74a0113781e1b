import ConvokeProcess

/// Reads what ``JobScript/show(_:_:tail:)`` writes; lines that make no sense are passed over.
struct JobListing {
  /// A job, and where its last lines begin, if that was asked for.
  struct Entry: Sendable, Hashable {
    var job: Job
    var from: [OutputStream: Int] = [:]
    /// How many bytes the job had written when it ended.
    var atEnd: [OutputStream: Int] = [:]
  }

  private(set) var entries: [Entry] = []
  private var hasKeeper = false
  private var isAlive = false

  /// Reads all lines.
  ///
  /// - Parameter lines: What the script wrote.
  /// - Returns: The jobs, in the order in which they were told.
  static func entries(of lines: [String]) -> [Entry] {
    var listing = JobListing()
    for line in lines { listing.read(line) }
    return listing.entries
  }

  private mutating func read(_ line: String) {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts.count > 1 ? String(parts[1]) : ""
    let words = rest.split(separator: " ").map(String.init)
    if parts[0] == "job" {
      guard words.count == 2 else { return }
      var job = Job(words[1], on: words[0])
      job.state = .lost(isAlive: false)
      self.entries.append(Entry(job: job))
      self.hasKeeper = false
      self.isAlive = false
      return
    }
    guard var entry = self.entries.popLast() else { return }
    self.read(parts[0], rest, words, &entry)
    self.entries.append(entry)
  }

  private mutating func read(
    _ key: Substring,
    _ rest: String,
    _ words: [String],
    _ entry: inout Entry
  ) {
    switch key {
    case "run": entry.job.run = words.first.flatMap { RunID(rawValue: $0) }
    case "since": entry.job.started = words.first.flatMap { Double($0) }.map(Timestamp.init)
    case "keeper": self.hasKeeper = words.first == "1"
    case "leader":
      self.isAlive = words.first == "1"
      entry.job.processID = words.count > 1 ? Int32(words[1]) : nil
    case "outcome": self.readOutcome(words, &entry)
    case "bytes":
      entry.job.stdoutBytes = Self.number(words, 0)
      entry.job.stderrBytes = Self.number(words, 1)
    case "from": entry.from = [.stdout: Self.number(words, 0), .stderr: Self.number(words, 1)]
    case "about":
      guard let description = JobDescription(rest) else { return }
      entry.job.command = description.command
      entry.job.template = description.template
      entry.job.deadline = description.deadline.map { .seconds(min(max(0, $0), 1e10)) }
      entry.job.takesInput = description.takesInput
    default: break
    }
  }

  private func readOutcome(_ words: [String], _ entry: inout Entry) {
    if let outcome = Self.outcome(words) {
      entry.job.state = .ended(outcome)
      entry.job.ended = Double(words[0]).map(Timestamp.init)
      entry.atEnd = [.stdout: Self.number(words, 1), .stderr: Self.number(words, 2)]
    } else if self.hasKeeper {
      entry.job.state = entry.job.processID == nil ? .starting : .running
    } else {
      entry.job.state = .lost(isAlive: self.isAlive)
    }
  }

  // END STDOUT-BYTES STDERR-BYTES, then how it ended.
  private static func outcome(_ words: [String]) -> Outcome? {
    guard words.count > 3, Double(words[0]) != nil else { return nil }
    switch words[3] {
    case "exited": return words.count > 4 ? Int32(words[4]).map { .exited($0) } : nil
    case "signalled":
      // A name first: the numbers are those of that system.
      return words.dropFirst(4).lazy.compactMap { Signal(name: $0) }.first.map { .signalled($0) }
    case "timed-out": return .timedOut
    default: return nil
    }
  }

  private static func number(_ words: [String], _ index: Int) -> Int {
    words.count > index ? max(0, Int(words[index]) ?? 0) : 0
  }
}
