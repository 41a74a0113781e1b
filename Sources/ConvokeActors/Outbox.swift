import ConvokeGateway
import ConvokeWire
import Synchronization

/// Sends items without anybody waiting: at once while there is room, else as there is.
///
/// What one task sends stays in order.
final class Outbox: Sendable {
  private struct Letter {
    var value: WireValue
    var failed: @Sendable (any Error) -> Void
  }

  private struct State {
    var letters: [Letter] = []
    var isBusy = false
  }

  private let channel: Channel
  private let state = Mutex(State())

  init(_ channel: Channel) { self.channel = channel }

  /// Sends an item.
  ///
  /// - Parameters:
  ///   - value: The item.
  ///   - failed: Called if it cannot be sent.
  func send(_ value: WireValue, _ failed: @escaping @Sendable (any Error) -> Void) {
    // Not under the lock: it may write to the kernel.
    if !self.state.withLock({ $0.isBusy }) {
      do {
        if try self.channel.sendAtOnce(value) { return }
      } catch {
        return failed(error)
      }
    }
    let isFirst = self.state.withLock { state in
      state.letters.append(Letter(value: value, failed: failed))
      defer { state.isBusy = true }
      return !state.isBusy
    }
    // It lives until the outbox is empty.
    if isFirst { Task.detached { await self.work() } }
  }

  private func work() async {
    while true {
      let letters = self.state.withLock { state in
        defer { state.letters = [] }
        if state.letters.isEmpty { state.isBusy = false }
        return state.letters
      }
      if letters.isEmpty { return }
      for letter in letters {
        do {
          try await self.channel.send(letter.value)
        } catch {
          letter.failed(error)
        }
      }
    }
  }
}
