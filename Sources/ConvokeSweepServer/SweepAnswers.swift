import HTTPTypes
import NIOCore

/// An answer without a stream.
struct SweepAnswer: Sendable {
  var status: HTTPResponse.Status
  var fields: HTTPFields
  var body: ByteBuffer

  private init(_ status: HTTPResponse.Status, _ type: String, _ body: ByteBuffer) {
    self.status = status
    self.fields = Self.fields
    self.fields[.contentType] = "\(type); charset=utf-8"
    self.body = body
  }

  /// A page.
  static func page(_ html: ByteBuffer, _ status: HTTPResponse.Status = .ok) -> Self {
    Self(status, "text/html", html)
  }

  /// A sentence.
  static func text(_ status: HTTPResponse.Status, _ sentence: String) -> Self {
    Self(status, "text/plain", ByteBuffer(string: "\(sentence)\n"))
  }

  /// The way to the page, with a cookie.
  static func welcome(_ cookie: String) -> Self {
    var answer = Self.text(.seeOther, "welcome")
    answer.fields[.location] = "/"
    answer.fields[.setCookie] = cookie
    return answer
  }

  /// The question for the token.
  static func question(isAgain: Bool) -> Self {
    var answer = Self.page(ByteBuffer(string: self.form(isAgain)), .unauthorized)
    answer.fields[.wwwAuthenticate] = "Bearer"
    return answer
  }

  /// What every answer says: that nobody is to keep it, and that no other page may contain it.
  static var fields: HTTPFields {
    var fields = HTTPFields()
    fields[.cacheControl] = "no-store"
    fields[.contentSecurityPolicy] = "frame-ancestors 'none'"
    fields[.xContentTypeOptions] = "nosniff"
    if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "no-referrer" }
    return fields
  }

  private static func form(_ isAgain: Bool) -> String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>Token</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; form-action 'self'">
    <style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;\
    max-width:24rem;padding:0 1rem}input,button{font:inherit;padding:5px 9px}</style></head>
    <body><form method="post" action="/login">
    <p><label for="token">\(isAgain ? "This is not the token. " : "")The token of this sweep:</label></p>
    <p><input id="token" name="token" type="password" autofocus required> \
    <button>Show</button></p></form></body></html>

    """
  }
}
