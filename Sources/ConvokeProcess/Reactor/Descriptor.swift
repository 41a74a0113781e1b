internal import CConvokeSystem
import Glibc

/// System calls on descriptors that never block.
package enum Descriptor {
  /// What reading or writing came to.
  package enum Transfer: Sendable, Equatable {
    /// This many bytes were moved.
    case moved(Int)
    /// Nothing can be moved now.
    case wouldBlock
    /// The end: nothing will ever come, or the other end is gone.
    case ended
  }

  /// Reads at most 64 KiB.
  package static func read(_ descriptor: Int32) -> (Transfer, [UInt8]) {
    var transfer = Transfer.ended
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      transfer = self.transfer {
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if case .moved(let moved) = transfer { count = moved }
    }
    return (transfer, bytes)
  }

  /// Reads at most as many bytes as the buffer has.
  package static func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Transfer {
    unsafe buffer.withUnsafeMutableBytes { memory in
      self.transfer { unsafe Glibc.read(descriptor, memory.baseAddress, memory.count) }
    }
  }

  /// Writes from a slice.
  package static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Transfer {
    unsafe bytes.withUnsafeBytes { pointer in
      self.transfer { unsafe Glibc.write(descriptor, pointer.baseAddress, pointer.count) }
    }
  }

  /// Makes a descriptor non-blocking.
  package static func setNonBlocking(_ descriptor: Int32) {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
  }

  /// Opens a pipe whose ends are close-on-exec; `nil` if no descriptor is left.
  package static func makePipe() -> (read: Int32, write: Int32)? {
    var ends: (read: Int32, write: Int32) = (-1, -1)
    return unsafe convoke_pipe(&ends.read, &ends.write) == 0 ? ends : nil
  }

  /// Closes a descriptor; negative numbers are ignored.
  package static func close(_ descriptor: Int32) {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
  }

  private static func transfer(_ call: () -> Int) -> Transfer {
    while true {
      let count = call()
      if count > 0 { return .moved(count) }
      if count == 0 { return .ended }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .wouldBlock
      default: return .ended
      }
    }
  }
}

extension Descriptor {
  /// Asks for a pipe that holds one mebibyte; the kernel may refuse, which is harmless.
  package static func enlarge(_ pipe: Int32) {
    let setSize: Int32 = 1031  // F_SETPIPE_SZ of fcntl(2), which is not imported.
    _ = fcntl(pipe, setSize, 1 << 20)
  }

  /// Makes a one-way stream of two sockets that are close-on-exec; `nil` if no descriptor is left.
  ///
  /// For much data it is three to ten times as fast as a pipe, whose two ends wait for one lock while
  /// the other copies. It holds up to a mebibyte, of which `net.core.wmem_max` may allow less.
  package static func makeStream() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    // The kernel doubles it (socket(7)).
    var size: Int32 = 512 << 10
    // A smaller buffer is slower, and else harmless.
    unsafe _ = setsockopt(
      ends[1],
      SOL_SOCKET,
      SO_SNDBUF,
      &size,
      socklen_t(MemoryLayout<Int32>.size)
    )
    return (ends[0], ends[1])
  }
}
