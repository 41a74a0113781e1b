import ConvokeProcess
import Synchronization

/// The memory that all links read into, in turns; who reads beside the reactor at that moment gets his own.
enum ReadBuffer {
  private static let size = 256 << 10
  private static let memory = Mutex<[UInt8]>([])

  /// Reads once and hands what came to `body`, which must not keep it.
  static func read(
    _ descriptor: Int32,
    _ body: (ArraySlice<UInt8>) -> Void
  ) -> (transfer: Descriptor.Transfer, isFull: Bool) {
    var buffer = self.memory.withLock { memory in
      defer { memory = [] }
      return memory
    }
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: self.size) }
    let transfer = Descriptor.read(descriptor, into: &buffer)
    var isFull = false
    if case .moved(let count) = transfer {
      isFull = count == buffer.count
      body(buffer[..<count])
    }
    self.memory.withLock { $0 = buffer }
    return (transfer, isFull)
  }
}
