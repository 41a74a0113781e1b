/// One machine to work on: a name, and what differs from the defaults when connecting to it.
///
/// Two hosts are equal when all their fields are; `user@node1` and `node1` are different hosts.
public struct Host: Sendable, Hashable {
  /// The name as written: an alias of the ssh configuration, a DNS name or an address.
  public var name: String
  /// The login name, or `nil` for what the ssh configuration says.
  public var user: String?
  /// The port of the ssh server, or `nil` for what the ssh configuration says.
  public var port: Int?
  /// How commands reach the host.
  public var transport: Transport
  /// Options of the ssh configuration for this host alone, such as `["IdentityFile": "/key"]`.
  public var options: [String: String]

  /// Makes a host.
  ///
  /// - Parameters:
  ///   - name: The name, an alias of the ssh configuration or an address.
  ///   - user: The login name; `nil` leaves it to the ssh configuration.
  ///   - port: The port; `nil` leaves it to the ssh configuration.
  ///   - transport: How commands reach the host.
  ///   - options: Options of the ssh configuration for this host alone.
  public init(
    _ name: String,
    user: String? = nil,
    port: Int? = nil,
    transport: Transport = .ssh,
    options: [String: String] = [:]
  ) {
    self.name = name
    self.user = user
    self.port = port
    self.transport = transport
    self.options = options
  }
}

extension Host {
  /// How commands reach a host.
  public enum Transport: Sendable, Hashable {
    /// Over the user's OpenSSH client.
    case ssh
    /// On this machine, without any connection.
    case local
  }
}

extension Host: CustomStringConvertible {
  /// The host as a user writes it: `user@name:port`, with the parts that are set.
  public var description: String {
    let user = self.user.map { "\($0)@" } ?? ""
    guard let port = self.port else { return user + self.name }
    // An IPv6 address needs brackets in front of a port, as in a URL (RFC 3986, section 3.2.2).
    let name = self.name.contains(":") ? "[\(self.name)]" : self.name
    return "\(user)\(name):\(port)"
  }
}

extension Host: ExpressibleByStringLiteral {
  /// Makes a host of a bare name.
  ///
  /// - Parameter value: The name; `user@` and `:port` are not read here, ``HostSet`` does that.
  public init(stringLiteral value: String) { self.init(value) }
}
