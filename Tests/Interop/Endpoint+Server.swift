import Foundation
import Testbed

extension Endpoint {
  /// A socket server.
  enum Server: Sendable {
    /// `convoke serve` for all on this machine, genuine execnet clients among them.
    case open
    /// `convoke serve` for who has a certificate and a token.
    case protected
    /// execnet's own.
    case execnet

    private static let token = "a token of thirty-one characters"

    /// Calls the body with what follows `socket=` in a specification.
    func serving(_ body: (String) async throws -> Void) async throws {
      switch self {
      case .open:
        try await ServeProgram.serving { try await body("127.0.0.1:\($0.port)") }
      case .execnet:
        try await ExecnetServer.serving { try await body("127.0.0.1:\($0.port)") }
      case .protected:
        try await Certificates.made { certificates in
          let file = certificates.folder.appending(path: "token")
          try Data((Self.token + "\n").utf8).write(to: file)
          let options = certificates.options() + ["--token-file", file.path]
          try await ServeProgram.serving(options) { server in
            try await body(
              "127.0.0.1:\(server.port)\(certificates.keys())//token=file:\(file.path)"
            )
          }
        }
      }
    }
  }
}
