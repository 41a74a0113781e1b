internal import CConvokeSystem
import ConvokeProcess
import Glibc

/// System calls on sockets.
enum SocketCalls {
  /// Opens a socket that listens on an address.
  ///
  /// - Returns: The descriptor, or an error number.
  static func listen(on address: ListenAddress.Socket) -> Result<Int32, ServeError> {
    let kind =
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let socket = Glibc.socket(address.family, kind, 0)
    guard socket >= 0 else { return .failure(self.error(errno)) }
    self.set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
    if address.family == AF_INET6 { self.set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    let isBound = unsafe address.bytes.withUnsafeBytes { raw in
      let pointer = unsafe raw.assumingMemoryBound(to: sockaddr.self).baseAddress
      return unsafe bind(socket, pointer, socklen_t(raw.count)) == 0
    }
    if isBound, Glibc.listen(socket, 128) == 0 { return .success(socket) }
    let error = self.error(errno)
    Descriptor.close(socket)
    return .failure(error)
  }

  private static func error(_ number: Int32) -> ServeError {
    ServeError(.cannotListen, SystemError.text(number))
  }

  static func set(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    unsafe setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Takes the next client; the descriptor blocks, as workers expect.
  static func accept(_ listener: Int32) -> Int32 {
    let socket = convoke_accept(listener)
    guard socket >= 0 else { return -1 }
    self.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    // A client whose machine is gone is found out in two minutes.
    self.set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
    self.set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60)
    self.set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 15)
    self.set(socket, Int32(IPPROTO_TCP), TCP_KEEPCNT, 4)
    return socket
  }

  /// Looks at the first byte that waits, and leaves it there; `nil` at the end.
  static func peek(_ socket: Int32) -> UInt8? {
    var byte: UInt8 = 0
    let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
    return unsafe recv(socket, &byte, 1, flags) == 1 ? byte : nil
  }

  /// Makes a descriptor block, as the ones that processes get do.
  static func setBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }

  /// Makes a descriptor of the same file.
  static func duplicate(_ descriptor: Int32) -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 3) }

  /// Opens two sockets that are connected to each other.
  static func makePair() -> (Int32, Int32)? {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    return unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 ? (ends[0], ends[1]) : nil
  }

  /// Ends a connection, whoever else holds its socket.
  static func cut(_ socket: Int32) { _ = shutdown(socket, Int32(SHUT_RDWR)) }

  /// What has ended of a connection.
  enum Ending: Sendable { case none, halfClosed, closed }

  static func ending(of socket: Int32) -> Ending {
    let halfClosed = Int16(0x2000)  // POLLRDHUP of poll(2), which is not imported.
    var entry = pollfd(fd: socket, events: halfClosed, revents: 0)
    guard unsafe poll(&entry, 1, 0) > 0 else { return .none }
    if entry.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { return .closed }
    return entry.revents & halfClosed != 0 ? .halfClosed : .none
  }

  /// How long a TCP connection has carried no data in either direction.
  static func silence(of socket: Int32) -> Duration? {
    var info = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    guard unsafe getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
      return nil
    }
    return .milliseconds(min(info.tcpi_last_data_recv, info.tcpi_last_data_sent))
  }

  /// The port a socket listens on, and its address for people: `127.0.0.1:8888`, `[::1]:8888`.
  static func name(of socket: Int32, isPeer: Bool) -> (host: String, port: Int)? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        let status =
          unsafe isPeer
          ? getpeername(socket, address, &size) : getsockname(socket, address, &size)
        guard status == 0 else { return nil }
        var host = [CChar](repeating: 0, count: 64)
        var port = [CChar](repeating: 0, count: 16)
        let flags = NI_NUMERICHOST | NI_NUMERICSERV
        guard unsafe getnameinfo(address, size, &host, 64, &port, 16, flags) == 0 else {
          return nil
        }
        return (self.text(host), Int(self.text(port)) ?? 0)
      }
    }
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension SocketCalls {
  /// The address family of a socket.
  static func family(of socket: Int32) -> Int32 {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = unsafe getsockname(socket, address, &size)
      }
    }
    return Int32(storage.ss_family)
  }
}
