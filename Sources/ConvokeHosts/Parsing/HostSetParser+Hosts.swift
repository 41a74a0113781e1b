extension HostSetParser {
  /// Reads `user@name[1-3]:port`, a bare name, an IPv6 address or `local*4`.
  func parseHosts(
    in term: Range<Int>,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) {
    guard let at = self.lastIndex(of: UInt8(ascii: "@"), in: term) else {
      if try self.parseLocal(in: term, into: &builder) { return }
      return try self.parseAddress(in: term, user: nil, into: &builder)
    }
    let left = term.lowerBound..<at
    let right = (at + 1)..<term.upperBound
    if self.bytes[left].contains(UInt8(ascii: "[")) {
      return try self.parseMembers(left, ofGroupAt: at, into: &builder)
    }
    guard !left.isEmpty else { throw self.error(.syntax, "a user is missing before '@'", at: at) }
    if left.count > 1, self.bytes[at - 1] == UInt8(ascii: "@") {
      return try self.parseUsers(left.dropLast(), ofGroupAt: at, into: &builder)
    }
    try self.checkName(left, what: "the user")
    let user = String(decoding: self.bytes[left], as: UTF8.self)
    try self.parseAddress(in: right, user: user, into: &builder)
  }

  /// Reads `node[1-64]@group`: a login name has no brackets, so these are the nodes of that group.
  private func parseMembers(
    _ nodes: Range<Int>,
    ofGroupAt at: Int,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) {
    var members = HostSetBuilder()
    try self.parseAddress(in: nodes, user: nil, into: &members)
    var parser = self
    let group = try parser.parseGroup(from: at)
    builder.add(members.finish().intersection(group))
  }

  /// Reads `root@@group`: the hosts of the group, with that user where they have none.
  private func parseUsers(
    _ user: Range<Int>,
    ofGroupAt at: Int,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) {
    try self.checkName(user, what: "the user")
    var parser = self
    for family in try parser.parseGroup(from: at).families {
      var login = family.login
      login.user = login.user ?? String(decoding: self.bytes[user], as: UTF8.self)
      builder.add(family.rows, pattern: family.pattern, login: login)
    }
  }

  /// Reads `local` and `local*4`, and returns whether the term is one of them.
  private func parseLocal(
    in term: Range<Int>,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) -> Bool {
    guard self.bytes[term].starts(with: "local".utf8) else { return false }
    let login = HostLogin(transport: .local)
    let star = term.lowerBound + 5
    if star == term.upperBound {
      builder.add(name: self.bytes, in: term, login: login)
      return true
    }
    guard self.bytes[star] == UInt8(ascii: "*") else { return false }
    let rest = (star + 1)..<term.upperBound
    let list = RangeListReader(self.bytes, text: self.text, limit: self.limit)
    if let count = Numeral(self.bytes, in: rest), count.value > 0 {
      guard count.value <= UInt64(self.limit) else { throw self.tooMany(Int(count.value)) }
      let numbers = (1...count.value).map { Numeral(value: $0, digits: Numeral.digits(of: $0)) }
      builder.add(numbers, pattern: .local, login: login)
    } else if rest.count > 2, self.bytes[rest.lowerBound] == UInt8(ascii: "["),
      self.bytes[rest.upperBound - 1] == UInt8(ascii: "]")
    {
      let numbers = try list.read(in: (rest.lowerBound + 1)..<(rest.upperBound - 1))
      builder.add(numbers, pattern: .local, login: login)
    } else {
      throw self.error(
        .syntax,
        "after 'local*' comes a count from 1, or a range in brackets",
        at: star
      )
    }
    return true
  }

  /// Reads a name or an address with an optional port.
  private func parseAddress(
    in range: Range<Int>,
    user: String?,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) {
    guard let first = self.bytes[range].first else {
      throw self.error(.syntax, "a host is missing after '@'", at: range.lowerBound)
    }
    let colon = self.lastIndex(of: UInt8(ascii: ":"), in: range)
    if first == UInt8(ascii: "["), let close = self.bytes[range].firstIndex(of: UInt8(ascii: "]")) {
      let inner = (range.lowerBound + 1)..<close
      if self.bytes[inner].contains(UInt8(ascii: ":")) {
        let port = try self.parsePort((close + 1)..<range.upperBound)
        return try self.addAddress(inner, HostLogin(user: user, port: port), into: &builder)
      }
    }
    guard let colon else {
      return try self.parseNames(in: range, login: HostLogin(user: user), into: &builder)
    }
    if self.bytes[range.lowerBound..<colon].contains(UInt8(ascii: ":")) {
      return try self.addAddress(range, HostLogin(user: user), into: &builder)
    }
    let port = try self.parsePort(colon..<range.upperBound)
    let login = HostLogin(user: user, port: port)
    try self.parseNames(in: range.lowerBound..<colon, login: login, into: &builder)
  }

  /// Reads `:22`, or nothing.
  private func parsePort(_ range: Range<Int>) throws(HostSetError) -> Int? {
    guard let colon = self.bytes[range].first else { return nil }
    guard
      colon == UInt8(ascii: ":"),
      let port = Numeral(self.bytes, in: (range.lowerBound + 1)..<range.upperBound),
      (1...65535).contains(port.value)
    else {
      throw self.error(
        .syntax,
        "after the host comes ':' and a port from 1 to 65535",
        at: range.lowerBound
      )
    }
    return Int(port.value)
  }

  /// Adds an IPv6 address as it is written.
  private func addAddress(
    _ range: Range<Int>,
    _ login: HostLogin,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) {
    let zone = self.bytes[range].firstIndex(of: UInt8(ascii: "%")) ?? range.upperBound
    let isAddress = self.bytes[range.lowerBound..<zone].allSatisfy { byte in
      isDigit(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
    // The shortest address is "::" (RFC 4291, section 2.2).
    let colons = self.bytes[range.lowerBound..<zone].count { $0 == UInt8(ascii: ":") }
    guard isAddress, colons >= 2 else {
      let trouble = "this is neither HOST:PORT nor an IPv6 address, which cannot have ranges"
      throw self.error(.syntax, trouble, at: range.lowerBound)
    }
    try self.checkName(range, what: "the address")
    builder.add(name: self.bytes, in: range, login: login)
  }

  /// The index of the last such byte that is in no brackets.
  private func lastIndex(of wanted: UInt8, in range: Range<Int>) -> Int? {
    var depth = 0
    for index in range.reversed() {
      switch self.bytes[index] {
      case UInt8(ascii: "]"): depth += 1
      case UInt8(ascii: "["): depth -= 1
      case wanted where depth == 0: return index
      default: break
      }
    }
    return nil
  }

  /// Refuses names that cannot be meant, and those that ssh would take for an option.
  func checkName(
    _ range: Range<Int>,
    what: String,
    isStart: Bool = true
  ) throws(HostSetError) {
    if isStart, self.bytes[range].first == UInt8(ascii: "-") {
      throw self.error(.syntax, "\(what) starts with '-'", at: range.lowerBound)
    }
    for index in range where isForbidden(self.bytes[index]) {
      let character = String(decoding: [self.bytes[index]], as: UTF8.self)
      throw self.error(.syntax, "\(what) has a '\(character)'", at: index)
    }
  }
}

/// Whether a byte can be in no host name and no user name.
private func isForbidden(_ byte: UInt8) -> Bool { forbidden[Int(byte)] }

/// The control characters and what means something to a shell, by byte.
private let forbidden: [Bool] = (0..<256).map { byte in
  byte < 32 || byte == 127 || "*?\"'()<>{}|\\;$`=/[]".utf8.contains(UInt8(byte))
}
