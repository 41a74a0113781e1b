/// What a client and a `convoke serve` show each other before anything is run.
///
/// Any of the keys `tls`, `tlsca`, `tlscert`, `tlskey` and `token` in a specification asks for it; a
/// genuine execnet server does not understand it.
public struct SocketSecurity: Sendable, Hashable {
  /// Whether the connection is encrypted and the server has to show a certificate.
  public var usesTLS = false
  /// The PEM file of the authorities that may have signed the server's certificate; `nil` takes those
  /// of the system.
  public var authorityFile: String?
  /// The PEM file of this side's certificate.
  public var certificateFile: String?
  /// The PEM file of the key of this side's certificate.
  public var keyFile: String?
  /// Where the token is that the server asks for; `nil` sends none.
  public var token: TokenSource?

  /// Makes a description that asks for nothing.
  public init() {}
}

extension SocketSecurity {
  /// A place outside of the specification, which may be shown to anybody.
  public enum TokenSource: Sendable, Hashable {
    /// A variable of the environment.
    case variable(String)
    /// A file, whose surrounding white space does not count.
    case file(String)
  }
}
