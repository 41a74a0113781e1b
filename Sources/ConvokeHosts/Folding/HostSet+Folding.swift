extension HostSet: CustomStringConvertible {
  /// The set as one expression, as short as folding all axes makes it, such as `n[1-3]c[01-36]`.
  ///
  /// Reading it gives the set again. What an expression cannot say is left out: options of a
  /// host, and that a host of another name than `local` is this machine. Empty for the empty set.
  public var folded: String {
    var text: [UInt8] = []
    for family in self.families { FamilyWriter(family).append(to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The folded text.
  public var description: String { self.folded }
}

/// Writes one family as terms of an expression.
private struct FamilyWriter {
  private let family: HostFamily
  private let prefix: [UInt8]
  private let suffix: [UInt8]

  init(_ family: HostFamily) {
    let isAddress = family.axes == 0 && family.pattern.bytes.contains(UInt8(ascii: ":"))
    let login = family.login
    let user = login.user.map { "\($0)@" } ?? ""
    let port = login.port.map { ":\($0)" } ?? ""
    let needsBrackets = isAddress && login.port != nil
    self.family = family
    self.prefix = Array((user + (needsBrackets ? "[" : "")).utf8)
    self.suffix = Array(((needsBrackets ? "]" : "") + port).utf8)
  }

  func append(to text: inout [UInt8]) {
    if self.family.isLocal { return self.appendLocal(to: &text) }
    for box in AxisMerger.boxes(self.family.rows, axes: self.family.axes) {
      self.beginTerm(in: &text)
      var axis = 0
      for byte in self.family.pattern.bytes {
        if byte == NamePattern.marker, axis < box.count {
          RangeListWriter.append(box[axis], to: &text)
          axis += 1
        } else {
          text.append(byte)
        }
      }
      text.append(contentsOf: self.suffix)
    }
  }

  /// `local*4` for the first four, `local*[2,4]` for others.
  private func appendLocal(to text: inout [UInt8]) {
    self.beginTerm(in: &text)
    text.append(contentsOf: "local*".utf8)
    let rows = self.family.rows
    let last = Numeral(value: UInt64(rows.count), digits: Numeral.digits(of: UInt64(rows.count)))
    if rows.last == last {
      last.append(to: &text)
    } else if rows.count == 1 {
      text.append(UInt8(ascii: "["))
      rows[0].append(to: &text)
      text.append(UInt8(ascii: "]"))
    } else {
      RangeListWriter.append(rows, to: &text)
    }
  }

  private func beginTerm(in text: inout [UInt8]) {
    if !text.isEmpty { text.append(UInt8(ascii: ",")) }
    text.append(contentsOf: self.prefix)
  }
}

extension HostFamily {
  /// Whether these are hosts such as `local3`, which stand for this machine.
  var isLocal: Bool {
    self.login == HostLogin(transport: .local) && self.pattern == NamePattern.local
  }
}

extension NamePattern {
  /// The pattern of `local3`.
  static let local = NamePattern(bytes: Array("local".utf8) + [NamePattern.marker], axes: 1)
}
