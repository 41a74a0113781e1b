import Glibc
import Synchronization

/// Writes to a non-blocking descriptor in order, and lets writers wait while it is full.
package final class InputWriter: Sendable {
  struct Piece {
    var bytes: ArraySlice<UInt8>
    var writer: CheckedContinuation<Bool, Never>?
  }

  struct State {
    var descriptor: Int32
    var pieces: [Piece] = []
    var isClosing = false
    var isWatched = false
    var isUnread = false
  }

  private let state: Mutex<State>

  /// Takes over a descriptor, which it closes in the end.
  package init(_ descriptor: Int32) {
    self.state = Mutex(State(descriptor: descriptor))
    // A reader that has gone is an answer, not a reason to end this program.
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// Writes bytes; returns when all of them are written.
  ///
  /// - Returns: Whether all bytes were written; `false` when nobody reads them.
  package func write(_ bytes: [UInt8]) async -> Bool {
    await withCheckedContinuation { continuation in
      let isOpen = self.state.withLock { state in
        if state.descriptor < 0 || state.isClosing { return false }
        state.pieces.append(Piece(bytes: bytes[...], writer: continuation))
        return true
      }
      if isOpen { self.flush() } else { continuation.resume(returning: false) }
    }
  }

  /// Writes bytes without anybody waiting, then closes the descriptor.
  package func finish(with bytes: [UInt8]) {
    self.state.withLock { state in
      state.pieces.append(Piece(bytes: bytes[...]))
      state.isClosing = true
    }
    self.flush()
  }

  /// Closes the descriptor once all bytes are written.
  package func close() {
    self.state.withLock { $0.isClosing = true }
    self.flush()
  }

  /// Closes the descriptor at once; those who wait learn that nobody reads.
  ///
  /// - Returns: Whether bytes were left that nobody has read.
  @discardableResult
  package func abandon() -> Bool {
    let (descriptor, pieces, isWatched) = self.state.withLock { state in
      defer {
        state.descriptor = -1
        if !state.pieces.isEmpty { state.isUnread = true }
        state.pieces = []
      }
      return (state.descriptor, state.pieces, state.isWatched)
    }
    if descriptor >= 0 {
      if isWatched { Reactor.shared.unwatch(descriptor) }
      Descriptor.close(descriptor)
    }
    for piece in pieces { piece.writer?.resume(returning: false) }
    return self.state.withLock { $0.isUnread }
  }

  private func flush() {
    var written: [CheckedContinuation<Bool, Never>] = []
    let next = self.state.withLock { state in state.advance(&written) }
    for writer in written { writer.resume(returning: true) }
    switch next {
    case .nothing: break
    case .close: self.abandon()
    case .watch(let descriptor, let isNew): self.watch(descriptor, isNew)
    }
  }

  private func watch(_ descriptor: Int32, _ isNew: Bool) {
    if isNew {
      Reactor.shared.watch(descriptor, for: .writable) { [weak self] readiness in
        guard let self else { return }
        if readiness.contains(.hungUp) { self.abandon() } else { self.flush() }
      }
    } else {
      Reactor.shared.update(descriptor, for: .writable)
    }
  }

  enum Next { case nothing, close, watch(Int32, isNew: Bool) }
}

extension InputWriter.State {
  // Writes what fits; tells what to do next.
  mutating func advance(
    _ written: inout [CheckedContinuation<Bool, Never>]
  ) -> InputWriter.Next {
    while self.descriptor >= 0, let piece = self.pieces.first {
      switch piece.bytes.isEmpty ? .moved(0) : Descriptor.write(self.descriptor, piece.bytes) {
      case .moved(let count):
        self.pieces[0].bytes = piece.bytes.dropFirst(count)
        guard self.pieces[0].bytes.isEmpty else { continue }
        if let writer = self.pieces.removeFirst().writer { written.append(writer) }
      case .wouldBlock:
        defer { self.isWatched = true }
        return .watch(self.descriptor, isNew: !self.isWatched)
      case .ended: return .close
      }
    }
    if self.descriptor >= 0, self.isClosing { return .close }
    if self.descriptor >= 0, self.isWatched { Reactor.shared.update(self.descriptor, for: []) }
    return .nothing
  }
}
