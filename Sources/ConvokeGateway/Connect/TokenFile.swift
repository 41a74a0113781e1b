/// A file with a token and nothing else.
package enum TokenFile {
  /// Reads the token, without the white space around it.
  ///
  /// - Returns: The token, which is not empty.
  package static func read(_ path: String) throws(GatewayError) -> String {
    guard let text = try? SourceFile.read(path), text.utf8.count <= 4096 else {
      throw GatewayError(.badSpecification, "the token file \(path) cannot be read")
    }
    let token = String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    )
    if token.isEmpty {
      throw GatewayError(.badSpecification, "the token file \(path) is empty")
    }
    return token
  }
}
