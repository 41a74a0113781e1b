/// Reads the data types of RFC 4251, section 5, from bytes that nobody has checked.
struct SSHReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.rest = bytes }

  mutating func byte() throws(SSHProtocolError) -> UInt8 {
    guard let value = self.rest.popFirst() else { throw Self.tooShort }
    return value
  }

  mutating func boolean() throws(SSHProtocolError) -> Bool { try self.byte() != 0 }

  mutating func number() throws(SSHProtocolError) -> UInt32 {
    guard self.rest.count >= 4 else { throw Self.tooShort }
    let value = self.rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    self.rest = self.rest.dropFirst(4)
    return value
  }

  mutating func string() throws(SSHProtocolError) -> ArraySlice<UInt8> {
    let count = Int(try self.number())
    guard count <= self.rest.count else { throw Self.tooShort }
    defer { self.rest = self.rest.dropFirst(count) }
    return self.rest.prefix(count)
  }

  mutating func text() throws(SSHProtocolError) -> String {
    String(decoding: try self.string(), as: UTF8.self)
  }

  private static let tooShort = SSHProtocolError(message: "a message ends before its last field")
}
