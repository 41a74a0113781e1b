extension HostSetParser {
  /// Reads `@group`, `@source:group`, `@*` and `@source:*`; names may have ranges in brackets.
  mutating func parseGroup(from start: Int) throws(HostSetError) -> HostSet {
    self.position = start + 1
    let name = try self.takeWord()
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let source = parts.count > 1 ? String(parts[0]) : self.source
    let group = String(parts.last ?? "")
    guard !group.isEmpty, source?.isEmpty != true else {
      throw self.error(.syntax, "the name of a group is missing", at: start)
    }
    do throws(HostSetError) {
      if group == "*" { return try self.evaluation.allHosts(source: source) }
      var builder = HostSetBuilder()
      for group in try self.groupNames(group) {
        builder.add(try self.evaluation.hosts(in: group, source: source))
      }
      return builder.finish()
    } catch {
      // What is wrong inside a group has its own text and position.
      guard error.text == nil else { throw error }
      throw self.error(error.code, error.message, at: start, cause: error.cause)
    }
  }

  /// The names that `rack[1-3]` stands for.
  private func groupNames(_ group: String) throws(HostSetError) -> [String] {
    guard group.utf8.contains(UInt8(ascii: "[")) else { return [group] }
    var parser = HostSetParser(group, evaluation: GroupEvaluation(nil), limit: self.limit)
    return try parser.parse().names
  }

  /// Reads `/regex/`: the hosts whose names match, of `left` or else of all that the groups know.
  mutating func parseRegex(filtering left: HostSet?) throws(HostSetError) -> HostSet {
    let start = self.position
    var pattern: [UInt8] = []
    self.position += 1
    while let byte = self.byte, byte != UInt8(ascii: "/") {
      self.position += 1
      if byte == UInt8(ascii: "\\"), self.byte == UInt8(ascii: "/") {
        pattern.append(UInt8(ascii: "/"))
        self.position += 1
      } else {
        pattern.append(byte)
      }
    }
    guard self.byte != nil else {
      throw self.error(.syntax, "the regular expression has no '/' at its end", at: start)
    }
    self.position += 1
    let regex = try self.compile(String(decoding: pattern, as: UTF8.self), at: start)
    let hosts: HostSet
    do throws(HostSetError) {
      // `??` would erase the type of the error.
      hosts = if let left { left } else { try self.evaluation.allHosts(source: self.source) }
    } catch {
      throw self.error(error.code, error.message, at: start, cause: error.cause)
    }
    var selected: [Int] = []
    for (position, name) in hosts.names.enumerated() where name.contains(regex) {
      selected.append(position)
    }
    return hosts.selecting(selected)
  }

  private func compile(
    _ pattern: String,
    at start: Int
  ) throws(HostSetError) -> Regex<AnyRegexOutput> {
    do {
      return try Regex(pattern)
    } catch {
      throw self.error(.regex, "the regular expression is wrong", at: start, cause: error)
    }
  }

  /// Reads the path of a file, up to an operator or a space, and then the hosts in it.
  mutating func parseFile() throws(HostSetError) -> HostSet {
    let start = self.position
    let path = try self.takeWord()
    guard !path.isEmpty else {
      throw self.error(.syntax, "the path of a file is missing", at: start)
    }
    let text: String
    do {
      text = try self.reader.file(path)
    } catch {
      throw self.error(.unreadable, "cannot read the file '\(path)'", at: start, cause: error)
    }
    return try self.parseList(text, of: "the file '\(path)'")
  }

  /// Reads the hosts on standard input.
  mutating func parseInput() throws(HostSetError) -> HostSet {
    let text: String
    do {
      text = try self.reader.input()
    } catch {
      throw self.error(
        .unreadable,
        "cannot read standard input",
        at: self.position - 1,
        cause: error
      )
    }
    return try self.parseList(text, of: "standard input")
  }

  /// Reads hosts of a text where `#` starts a comment; it cannot take in further files.
  private func parseList(_ text: String, of place: String) throws(HostSetError) -> HostSet {
    let list = HostSet.withoutComments(text)
    var parser = HostSetParser(
      list,
      evaluation: self.evaluation,
      source: self.source,
      limit: self.limit
    )
    do throws(HostSetError) {
      return try parser.parse()
    } catch {
      let before = list.utf8.prefix(error.text == list ? error.position ?? 0 : 0)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      var located = error
      located.message = "\(place), line \(line): \(error.message)"
      throw located
    }
  }

  /// Takes all up to the next operator or space that is in no brackets.
  private mutating func takeWord() throws(HostSetError) -> String {
    let start = self.position
    self.position = try self.endOfTerm()
    return String(decoding: self.bytes[start..<self.position], as: UTF8.self)
  }
}

extension HostSet {
  /// A text with spaces in the place of its comments, which run from `#` to the end of the line.
  static func withoutComments(_ text: String) -> String {
    var isComment = false
    let bytes = text.utf8.map { byte -> UInt8 in
      if byte == UInt8(ascii: "\n") { isComment = false }
      if byte == UInt8(ascii: "#") { isComment = true }
      return isComment ? UInt8(ascii: " ") : byte
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
