/// The PEM files of mutual TLS: both sides show a certificate.
public struct TLSFiles: Sendable, Hashable {
  /// The certificate of this side, with those between it and its authority.
  public var certificate: String
  /// The key of the certificate.
  public var key: String
  /// The authorities that may have signed the other side's certificate.
  public var authority: String

  /// Names the files.
  ///
  /// - Parameters:
  ///   - certificate: The certificate of this side.
  ///   - key: The key of the certificate.
  ///   - authority: The authorities of the other side.
  public init(certificate: String, key: String, authority: String) {
    self.certificate = certificate
    self.key = key
    self.authority = authority
  }
}
