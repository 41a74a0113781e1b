import ConvokeProcess
import Dispatch
import Glibc

/// Opens TCP connections.
enum SocketConnector {
  /// Connects to the first address of a host that answers.
  ///
  /// - Returns: A connected descriptor, without Nagle's delay.
  static func connect(to host: String, _ port: Int, within limit: Duration) async throws -> Int32 {
    let addresses = await withCheckedContinuation { continuation in
      // getaddrinfo(3) blocks.
      DispatchQueue.global().async { continuation.resume(returning: Self.resolve(host, port)) }
    }
    guard !addresses.isEmpty else {
      throw GatewayError(.hostNotFound, "the name '\(host)' is not known")
    }
    var failure = ""
    for address in addresses {
      let error = await Self.attempt(address, within: limit)
      switch error {
      case .success(let socket): return socket
      case .failure(let reason): failure = reason.message
      }
    }
    throw GatewayError(.hostNotFound, "cannot connect to \(host):\(port): \(failure)")
  }

  private struct Address: Sendable {
    var family: Int32
    var bytes: [UInt8]
  }

  private static func resolve(_ host: String, _ port: Int) -> [Address] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, "\(port)", &hints, &first) == 0 else { return [] }
    defer { unsafe freeaddrinfo(first) }
    var addresses: [Address] = []
    var entry = unsafe first
    while let info = unsafe entry {
      let length = unsafe Int(info.pointee.ai_addrlen)
      if let pointer = unsafe info.pointee.ai_addr {
        let raw = unsafe UnsafeRawBufferPointer(start: pointer, count: length)
        unsafe addresses.append(Address(family: info.pointee.ai_family, bytes: Array(raw)))
      }
      unsafe entry = info.pointee.ai_next
    }
    return addresses
  }

  private static func attempt(
    _ address: Address,
    within limit: Duration
  ) async -> Result<Int32, Failure> {
    let kind =
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let socket = Glibc.socket(address.family, kind, 0)
    guard socket >= 0 else { return .failure(Self.failure(errno)) }
    var one: Int32 = 1
    unsafe setsockopt(
      socket,
      Int32(IPPROTO_TCP),
      TCP_NODELAY,
      &one,
      socklen_t(MemoryLayout<Int32>.size)
    )
    let status = unsafe address.bytes.withUnsafeBytes { raw in
      unsafe Glibc.connect(
        socket,
        raw.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(raw.count)
      )
    }
    if status != 0, errno != EINPROGRESS {
      defer { Descriptor.close(socket) }
      return .failure(Self.failure(errno))
    }
    guard await Self.isWritable(socket, within: limit) else {
      Descriptor.close(socket)
      return .failure(Self.failure(ETIMEDOUT))
    }
    var error: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size)
    if error == 0 { return .success(socket) }
    Descriptor.close(socket)
    return .failure(Self.failure(error))
  }

  private static func isWritable(_ socket: Int32, within limit: Duration) async -> Bool {
    let once = OnceFlag()
    return await withCheckedContinuation { continuation in
      let finish = { @Sendable (isReady: Bool) in
        guard once.take() else { return }
        Reactor.shared.unwatch(socket)
        continuation.resume(returning: isReady)
      }
      let timer = Reactor.shared.schedule(after: limit) { finish(false) }
      Reactor.shared.watch(socket, for: .writable) { _ in
        Reactor.shared.cancel(timer)
        finish(true)
      }
    }
  }

  private static func failure(_ error: Int32) -> Failure {
    Failure(.connectionRefused, SystemError.text(error))
  }
}
