internal import CConvokeSystem
import Synchronization

/// The process groups that must not outlive this program.
///
/// A guard process, started with the first command, ends them when this program is gone, however
/// it went.
enum GuardTable {
  private struct Slots {
    var isStarted = false
    var free: [Int32] = []
    var next: Int32 = 0
  }

  private static let slots = Mutex(Slots())

  /// How long groups have between `SIGTERM` and `SIGKILL` once this program is gone.
  private static let graceMilliseconds: Int32 = 2000

  /// Takes a slot for a process about to be started; -1 if the table is full or there is no guard.
  static func takeSlot() -> Int32 {
    self.slots.withLock { slots in
      if !slots.isStarted {
        slots.isStarted = convoke_guard_start(self.graceMilliseconds) == 0
        if !slots.isStarted { return -1 }
      }
      if let slot = slots.free.popLast() { return slot }
      guard slots.next < convoke_guard_capacity() else { return -1 }
      slots.next += 1
      return slots.next - 1
    }
  }

  /// Gives a slot back, once its process has been reaped.
  static func giveBack(_ slot: Int32) {
    guard slot >= 0 else { return }
    convoke_guard_clear(slot)
    self.slots.withLock { $0.free.append(slot) }
  }
}
