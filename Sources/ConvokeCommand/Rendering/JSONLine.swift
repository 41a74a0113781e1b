import ConvokeProcess

/// A JSON object on one line, its keys in the order in which they were added.
struct JSONLine {
  private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

  /// Makes the start of an event.
  init() {}

  /// Adds text.
  mutating func add(_ key: String, _ text: String?) {
    guard let text else { return }
    self.key(key)
    JSONText.quote(text.utf8, into: &self.bytes)
  }

  /// Adds a number.
  mutating func add(_ key: String, _ number: Int?) {
    guard let number else { return }
    self.key(key)
    self.bytes += String(number).utf8
  }

  /// Adds a truth value.
  mutating func add(_ key: String, _ flag: Bool) {
    self.key(key)
    self.bytes += (flag ? "true" : "false").utf8
  }

  /// Adds a time in seconds, to the microsecond.
  mutating func add(_ key: String, seconds: Double?) {
    guard let seconds else { return }
    self.key(key)
    let micros = Int((seconds * 1e6).rounded())
    let fraction = String(micros % 1_000_000)
    self.bytes +=
      "\(micros / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)".utf8
  }

  /// Adds a list of texts.
  mutating func add(_ key: String, _ list: [String]) {
    self.key(key)
    self.bytes.append(UInt8(ascii: "["))
    for (index, text) in list.enumerated() {
      if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
      JSONText.quote(text.utf8, into: &self.bytes)
    }
    self.bytes.append(UInt8(ascii: "]"))
  }

  /// Adds an object.
  mutating func add(_ key: String, _ object: JSONLine) {
    self.key(key)
    self.bytes += object.bytes
    self.bytes.append(UInt8(ascii: "}"))
  }

  /// Adds a value that is JSON already.
  mutating func add(_ key: String, json: String?) {
    guard let json else { return }
    self.key(key)
    self.bytes += json.utf8
  }

  /// Adds a list of objects.
  mutating func add(_ key: String, _ objects: [JSONLine]) {
    self.key(key)
    self.bytes.append(UInt8(ascii: "["))
    self.bytes += objects.map { $0.bytes + [UInt8(ascii: "}")] }.joined(separator: [
      UInt8(ascii: ",")
    ])
    self.bytes.append(UInt8(ascii: "]"))
  }

  /// Adds bytes: as `text` if they are UTF-8, else as `base64`.
  mutating func addContent(_ content: some Collection<UInt8>) {
    if String(validating: content, as: UTF8.self) != nil {
      self.key("text")
      JSONText.quote(content, into: &self.bytes)
    } else {
      self.add("base64", Base64.encode(content))
    }
  }

  /// The line with its end.
  var line: [UInt8] { self.bytes + Array("}\n".utf8) }

  private mutating func key(_ key: String) {
    if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
    JSONText.quote(key.utf8, into: &self.bytes)
    self.bytes.append(UInt8(ascii: ":"))
  }
}

/// Base64 as in RFC 4648, section 4.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  /// Encodes bytes.
  static func encode(_ content: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((content.count + 2) / 3 * 4)
    var rest = content[...]
    while !rest.isEmpty {
      let group = Array(rest.prefix(3))
      rest = rest.dropFirst(3)
      let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[$1]) : 0) }
      for index in 0..<4 {
        let isFilled = index <= group.count
        text.append(isFilled ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
