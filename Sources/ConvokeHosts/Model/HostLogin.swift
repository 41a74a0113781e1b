/// What a host has besides its name: shared by all hosts of a family.
struct HostLogin: Sendable, Hashable {
  /// A host of which only the name is known.
  static let bare = HostLogin()

  var user: String?
  var port: Int?
  var transport: Host.Transport
  var options: [String: String]

  init(
    user: String? = nil,
    port: Int? = nil,
    transport: Host.Transport = .ssh,
    options: [String: String] = [:]
  ) {
    self.user = user
    self.port = port
    self.transport = transport
    self.options = options
  }

  init(_ host: Host) {
    self.init(
      user: host.user,
      port: host.port,
      transport: host.transport,
      options: host.options
    )
  }

  /// Whether only the name is known.
  var isBare: Bool {
    self.user == nil && self.port == nil && self.transport == .ssh && self.options.isEmpty
  }

  func host(named name: String) -> Host {
    Host(
      name,
      user: self.user,
      port: self.port,
      transport: self.transport,
      options: self.options
    )
  }
}

extension HostLogin: Comparable {
  /// Bare ones first, then by user, port, transport and options.
  static func < (left: Self, right: Self) -> Bool {
    if left.user != right.user { return isOrdered(left.user, right.user) }
    if left.port != right.port { return isOrdered(left.port, right.port) }
    if left.transport != right.transport { return left.transport == .ssh }
    return left.optionList.lexicographicallyPrecedes(right.optionList)
  }

  private var optionList: [String] {
    self.options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
  }
}

/// Whether one optional value comes before another; `nil` comes first.
private func isOrdered<Value: Comparable>(_ left: Value?, _ right: Value?) -> Bool {
  guard let right else { return false }
  guard let left else { return true }
  return left < right
}
