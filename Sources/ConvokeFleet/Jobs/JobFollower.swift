import ConvokeProcess
import Synchronization

/// A job of a host, seen as a process whose output is read from its files.
///
/// Ending this process ends the reading; the job goes on.
final class JobFollower: Sendable {
  struct State {
    var entry: JobListing.Entry?
    var position: [OutputStream: Int]
  }

  let member: MemberJob
  let reading: JobReading
  let place: JobPlace
  let state: Mutex<State>
  private let process: RunningProcess
  private let feed: ProcessFeed

  init(
    _ process: RunningProcess,
    _ member: MemberJob,
    _ entry: JobListing.Entry,
    _ reading: JobReading
  ) {
    self.process = process
    self.feed = ProcessFeed(process)
    self.member = member
    self.reading = reading
    self.place = member.place(of: entry.job)
    var position: [OutputStream: Int] = [:]
    for stream in reading.options.streams { position[stream] = entry.from[stream] ?? 0 }
    self.state = Mutex(State(entry: entry, position: position))
  }

  /// The job as it was last seen; `nil` once its folder is gone.
  var job: Job? { self.state.withLock { $0.entry?.job } }

  /// Begins to read.
  func start() {
    self.process.didStart(id: self.job?.processID)
    self.feed.start { await self.follow() }
  }

  private func follow() async -> ProcessEnd {
    await withTaskGroup(of: ProcessEnd?.self) { group in
      group.addTask { await self.readAll() }
      if let input = self.reading.input, self.job?.isOver == false {
        group.addTask {
          await JobFeeder(self.member, self.place, endsInput: self.reading.endsInput).run(input)
          return nil
        }
      }
      for await end in group {
        guard let end else { continue }
        group.cancelAll()
        return end
      }
      return .outcome(.cancelled)
    }
  }

  // MARK: - Delivering

  /// The script with its output going to the process.
  func delivering(_ script: Command) -> Command {
    script.with { script in
      script.deadline = nil
      script.stdout = .discard
      script.stderr = .discard
      script.stdout.chunkHandler = { await self.take($0) }
      script.stderr.chunkHandler = { await self.take($0) }
      script.termination = .immediate
    }
  }

  private func take(_ chunk: OutputChunk) async {
    self.feed.deliver(chunk.bytes, on: chunk.stream)
    self.state.withLock { $0.position[chunk.stream, default: 0] += chunk.bytes.count }
    await self.feed.waitForRoom(on: chunk.stream)
  }
}

extension JobFollower: ProcessControl {
  func write(_ bytes: [UInt8]) async throws {
    throw ProcessError(.inputClosed, "'\(self.place.name)' is written to by what attaches to it")
  }

  func closeInput() {}

  func send(_ signal: Signal) { self.abandon() }

  func terminate(_ sequence: TerminationSequence) { self.abandon() }

  func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    self.feed.setPaused(isPaused, stream)
  }

  func resize(rows: UInt16, columns: UInt16) {}

  func abandon() { self.feed.cancel() }
}
