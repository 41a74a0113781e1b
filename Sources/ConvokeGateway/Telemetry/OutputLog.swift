import ConvokeProcess
import Logging
import Synchronization

/// Logs what a worker writes to its standard error and output, line by line.
final class OutputLog: Sendable {
  private let logger: Logger
  private let pending = Mutex<[OutputStream: LineSplitter]>([:])

  init(_ logger: Logger, gateway: String, _ spec: GatewaySpec) {
    var logger = logger
    logger[metadataKey: "gateway"] = "\(gateway)"
    logger[metadataKey: "host"] = "\(spec.place)"
    self.logger = logger
  }

  /// What takes the output.
  var handler: @Sendable (OutputChunk) -> Void {
    { chunk in
      let lines = self.pending.withLock {
        $0[chunk.stream, default: LineSplitter()].append(chunk.bytes)
      }
      for line in lines {
        let text = String(decoding: line, as: UTF8.self)
        self.logger.info("\(text)", metadata: ["stream": "\(chunk.stream)"])
      }
    }
  }
}

extension GatewaySpec {
  /// Where the worker runs, in a word: a host, or the kind of connection.
  var place: String {
    switch self.connection {
    case .local: self.via.map { "via \($0)" } ?? "local"
    case .ssh(let words): words.last ?? "ssh"
    case .vagrant(let name): name
    case .socket(let host, let port): "\(host):\(port)"
    case .installed: self.installVia.map { "via \($0)" } ?? "socket"
    case .prefix(let words): words.joined(separator: " ")
    }
  }
}
