import ConvokeServe
import HTTPTypes

/// Decides who may read.
struct SweepDoor: Sendable {
  /// What a reader gets.
  enum Answer: Sendable, Hashable {
    /// The page.
    case open
    /// The question for the token.
    case ask
    /// A refusal.
    case refuse(String)
  }

  private let token: AccessToken?
  /// The name or address that the server was told to listen on.
  private let host: String
  private let session = AccessToken.random()
  // Cookies do not tell ports apart; their names must.
  private let cookie = "convoke-\(String(UInt64.random(in: 0 ... .max), radix: 16))"

  init(token: AccessToken?, host: String) {
    self.token = token
    self.host = host
  }

  /// Whether there is something to know.
  var hasToken: Bool { self.token != nil }

  /// Looks at what a reader shows.
  func answer(_ request: HTTPRequest) -> Answer {
    guard let token = self.token else { return self.checkHost(request.authority) }
    let words = request.headerFields[.authorization]?.split(separator: " ") ?? []
    if words.count == 2, words[0].lowercased() == "bearer", token.matches(String(words[1])) {
      return .open
    }
    return self.hasSession(request.headerFields) ? .open : .ask
  }

  /// The cookie for a reader who knows the token; `nil` for another one.
  func logIn(_ text: String?) -> String? {
    guard let token = self.token, token.matches(text) else { return nil }
    return "\(self.cookie)=\(self.session.text); Path=/; HttpOnly; SameSite=Strict"
  }

  private func hasSession(_ fields: HTTPFields) -> Bool {
    fields[values: .cookie].flatMap { $0.split(separator: ";") }.contains { pair in
      let sides = pair.drop(while: \.isWhitespace).split(separator: "=", maxSplits: 1)
      return sides.count == 2 && sides[0] == self.cookie
        && self.session.token.matches(String(sides[1]))
    }
  }

  // A page of somebody else's could let a name of its own stand for this machine, and read what is here
  // (DNS rebinding). A browser says which name it was led by.
  private func checkHost(_ authority: String?) -> Answer {
    guard let authority, !authority.isEmpty else { return .open }
    let name = Self.name(authority)
    let isLocal =
      name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
      || name == self.host.lowercased() || Self.isLoopback(name)
    if isLocal { return .open }
    return .refuse("'\(name.prefix(100))' is not a name of this server; use localhost")
  }

  private static func name(_ authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return authority[authority.index(after: authority.startIndex)..<end].lowercased()
    }
    return authority.prefix { $0 != ":" }.lowercased()
  }

  // 127.0.0.0/8 (RFC 1122, 3.2.1.3), in numbers.
  private static func isLoopback(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
  }
}
