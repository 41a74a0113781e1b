import Foundation
import Synchronization

/// The standard input of this program on its way to many hosts, each of which reads at its pace.
///
/// What has been read waits in a file without a name, as hosts may begin at different times. It
/// is read ahead of the slowest host by 8 MiB at most, and not at all while no host reads.
final class InputSpool: Sendable {
  private static let chunk = 64 << 10
  private static let lead = 8 << 20

  private struct State {
    var written = 0
    var isAtEnd = false
    var positions: [Int: Int] = [:]
    var nextReader = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let file: FileHandle
  private let state = Mutex(State())
  private let demand = DispatchSemaphore(value: 0)

  /// Starts to read, on a thread of its own.
  init() throws {
    let folder = FileManager.default.temporaryDirectory
    let path = folder.appending(component: "convoke-input-\(UUID())").path
    guard
      FileManager.default.createFile(
        atPath: path,
        contents: nil,
        attributes: [.posixPermissions: 0o600]
      ),
      let file = FileHandle(forUpdatingAtPath: path)
    else { throw UsageError("cannot make a file for the standard input in \(folder.path)") }
    unsafe unlink(path)
    self.file = file
    Thread.detachNewThread { self.fill() }
  }

  /// Begins to read from the start; returns the number of the reader.
  func open() -> Int {
    let number = self.state.withLock { state in
      state.nextReader += 1
      state.positions[state.nextReader] = 0
      return state.nextReader
    }
    self.demand.signal()
    return number
  }

  /// Leaves the spool, so that nobody waits for this reader.
  func close(_ reader: Int) {
    let waiter = self.state.withLock { state in
      state.positions[reader] = nil
      return state.waiters.removeValue(forKey: reader)
    }
    waiter?.resume()
    self.demand.signal()
  }

  /// Waits for the next bytes; `nil` at the end, or when the reader was closed.
  func next(_ reader: Int) async -> [UInt8]? {
    while true {
      let (position, count, isAtEnd) = self.state.withLock { state in
        let position = state.positions[reader]
        let count = min(InputSpool.chunk, state.written - (position ?? 0))
        if let position { state.positions[reader] = position + count }
        return (position, count, state.isAtEnd)
      }
      guard let position else { return nil }
      if count > 0 {
        self.demand.signal()
        return self.bytes(at: position, count)
      }
      if isAtEnd { return nil }
      await self.wait(reader)
    }
  }

  private func wait(_ reader: Int) async {
    await withCheckedContinuation { continuation in
      let mustWait = self.state.withLock { state in
        guard let position = state.positions[reader] else { return false }
        guard position == state.written, !state.isAtEnd else { return false }
        state.waiters[reader] = continuation
        return true
      }
      if !mustWait { continuation.resume() }
    }
  }

  private func bytes(at position: Int, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(self.file.fileDescriptor, buffer.baseAddress, count, off_t(position))
    }
    return got == count ? bytes : nil
  }

  // MARK: - The thread that reads

  private func fill() {
    while true {
      let mayRead = self.state.withLock { state in
        guard let slowest = state.positions.values.min() else { return false }
        return state.written - slowest < InputSpool.lead
      }
      guard mayRead else {
        self.demand.wait()
        continue
      }
      var bytes = [UInt8](repeating: 0, count: InputSpool.chunk)
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      }
      if count < 0, errno == EINTR { continue }
      let isAtEnd = count <= 0 || !self.append(bytes[..<count])
      self.advance(by: isAtEnd ? 0 : count, isAtEnd: isAtEnd)
      if isAtEnd { return }
    }
  }

  private func append(_ bytes: ArraySlice<UInt8>) -> Bool {
    do {
      try self.file.write(contentsOf: Data(bytes))
      return true
    } catch {
      Console.shared.note("convoke: standard input is cut off: \(error.localizedDescription)")
      return false
    }
  }

  private func advance(by count: Int, isAtEnd: Bool) {
    let waiters = self.state.withLock { state in
      state.written += count
      state.isAtEnd = isAtEnd
      defer { state.waiters = [:] }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume() }
  }
}
