package import Foundation

/// An authority, a server and a client that it vouches for, and a client of another authority.
package struct Certificates: Sendable {
  /// Where the PEM files are.
  package let folder: URL

  /// Calls the body with certificates that last for a day.
  package static func made<Answer>(
    _ body: (Certificates) async throws -> Answer
  ) async throws -> Answer {
    try await TemporaryFolder.withFolder { folder in
      let certificates = Certificates(folder: folder)
      for authority in ["ca", "other-ca"] { try await certificates.makeAuthority(authority) }
      try await certificates.sign("server", by: "ca", for: "IP:127.0.0.1,DNS:localhost")
      try await certificates.sign("misnamed", by: "ca", for: "DNS:elsewhere.example")
      try await certificates.sign("client", by: "ca", for: "DNS:client.example")
      try await certificates.sign("stranger", by: "other-ca", for: "DNS:client.example")
      return try await body(certificates)
    }
  }

  /// The path of a certificate.
  package func certificate(_ name: String) -> String {
    self.folder.appending(path: "\(name).pem").path
  }
  /// The path of its key.
  package func key(_ name: String) -> String { self.folder.appending(path: "\(name).key").path }

  /// The options of a server.
  package func options(_ name: String = "server") -> [String] {
    [
      "--tls-cert", self.certificate(name), "--tls-key", self.key(name),
      "--tls-ca", self.certificate("ca"),
    ]
  }

  /// The keys of a specification.
  package func keys(_ name: String = "client", authority: String = "ca") -> String {
    "//tlsca=\(self.certificate(authority))//tlscert=\(self.certificate(name))"
      + "//tlskey=\(self.key(name))"
  }

  private static let elliptic = [
    "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
  ]

  private func makeAuthority(_ name: String) async throws {
    try await self.openssl(
      ["req", "-x509", "-subj", "/CN=\(name)", "-out", self.certificate(name)]
        + ["-keyout", self.key(name)] + Self.elliptic
    )
  }

  private func sign(_ name: String, by authority: String, for names: String) async throws {
    try await self.openssl(
      ["req", "-x509", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)"]
        + ["-addext", "basicConstraints=CA:FALSE"]
        + ["-CA", self.certificate(authority), "-CAkey", self.key(authority)]
        + ["-out", self.certificate(name), "-keyout", self.key(name)] + Self.elliptic
    )
  }

  private func openssl(_ arguments: [String]) async throws {
    let result = try await Tool.run("openssl", arguments)
    guard result.status == 0 else {
      throw Tool.ScriptFailure(description: "openssl \(arguments[0]): \(result.errors)")
    }
  }
}
