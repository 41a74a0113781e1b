import Dispatch
import Glibc

/// A place to listen on: a host and a port, and the addresses they stand for.
package struct ListenAddress: Sendable {
  /// An address as the kernel takes it.
  package struct Socket: Sendable {
    /// The address family, such as `AF_INET6`.
    package var family: Int32
    /// The bytes of the socket address.
    var bytes: [UInt8]
    /// Whether only programs of this machine can reach it.
    package var isLoopback: Bool

    /// The address in numbers, such as `127.0.0.1` or `::1`.
    package var host: String {
      var host = [CChar](repeating: 0, count: 64)
      let status = unsafe self.bytes.withUnsafeBytes { raw in
        let pointer = unsafe raw.assumingMemoryBound(to: sockaddr.self).baseAddress
        let size = socklen_t(raw.count)
        return unsafe getnameinfo(pointer, size, &host, 64, nil, 0, NI_NUMERICHOST)
      }
      guard status == 0 else { return "" }
      return String(
        decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
        as: UTF8.self
      )
    }

    /// The same address with another port.
    func with(port: Int) -> Socket {
      var copy = self
      // The port of both families: two bytes, big-endian, at offset 2 (sockaddr_in, sockaddr_in6).
      copy.bytes[2] = UInt8(truncatingIfNeeded: port >> 8)
      copy.bytes[3] = UInt8(truncatingIfNeeded: port)
      return copy
    }
  }

  /// The name or address as it was written, without brackets; empty for all addresses.
  package var host: String
  /// The port; 0 takes a free one.
  package var port: Int

  /// Reads `HOST:PORT` or `[ADDRESS]:PORT`.
  package init(_ text: String) throws(ServeError) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { throw ServeError(.badOption, "'\(text)' is no address to listen on; write HOST:PORT") }
    var host = text[..<colon]
    let hasBrackets = host.hasPrefix("[") && host.hasSuffix("]")
    if hasBrackets { host = host.dropFirst().dropLast() }
    guard hasBrackets || !host.contains(":") else {
      throw ServeError(.badOption, "'\(text)' is no address to listen on; write [ADDRESS]:PORT")
    }
    self.host = String(host)
    self.port = port
  }

  /// The addresses; empty if the name is not known.
  package func resolve() async -> [Socket] {
    await withCheckedContinuation { continuation in
      // getaddrinfo(3) blocks.
      DispatchQueue.global().async { continuation.resume(returning: self.lookUp()) }
    }
  }

  private func lookUp() -> [Socket] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_PASSIVE
    var first: UnsafeMutablePointer<addrinfo>?
    let name = self.host.isEmpty || self.host == "*" ? nil : self.host
    guard unsafe getaddrinfo(name, "\(self.port)", &hints, &first) == 0 else { return [] }
    defer { unsafe freeaddrinfo(first) }
    var sockets: [Socket] = []
    var entry = unsafe first
    while let info = unsafe entry {
      if let address = unsafe info.pointee.ai_addr {
        let length = unsafe Int(info.pointee.ai_addrlen)
        let raw = unsafe Array(UnsafeRawBufferPointer(start: address, count: length))
        let family = unsafe info.pointee.ai_family
        let isLoopback = Self.isLoopback(family, raw)
        sockets.append(Socket(family: family, bytes: raw, isLoopback: isLoopback))
      }
      unsafe entry = info.pointee.ai_next
    }
    return sockets
  }

  // 127.0.0.0/8 (RFC 1122, 3.2.1.3), ::1 (RFC 4291, 2.5.3), and the former mapped into IPv6.
  private static func isLoopback(_ family: Int32, _ raw: [UInt8]) -> Bool {
    if family == AF_INET { return raw.count >= 8 && raw[4] == 127 }
    guard family == AF_INET6, raw.count >= 24 else { return false }
    let address = raw[8..<24]
    let zeros = [UInt8](repeating: 0, count: 10)
    if address.elementsEqual(zeros + [0, 0, 0, 0, 0, 1]) { return true }
    return address.starts(with: zeros + [255, 255, 127])
  }
}
