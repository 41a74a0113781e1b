public import ConvokeGateway

extension GatewaySpec {
  /// Where it leads, in a word: its identifier, the name of its host, or what it begins with.
  public var place: String {
    if let id = self.id { return id }
    if case .ssh(let words) = self.connection, let host = words.last { return host }
    let end = self.text.firstRange(of: "//")?.lowerBound ?? self.text.endIndex
    return String(self.text[..<end])
  }
}
