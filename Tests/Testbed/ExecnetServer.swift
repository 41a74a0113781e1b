package import ConvokeProcess
import Foundation

/// execnet's own socket server, `execnet.script.socketserver`, as its users start it.
package struct ExecnetServer: Sendable {
  /// Its port on 127.0.0.1.
  package let port: Int
  /// Its process, which serves one connection after the other, itself.
  package let process: RunningProcess

  /// Chooses a port, for the script must be told one.
  private static let program = """
    import runpy, socket, sys
    port = socket.socket()
    port.bind(("127.0.0.1", 0))
    number = port.getsockname()[1]
    port.close()
    print("port", number, flush=True)
    import execnet.script.socketserver as server
    path = server.__file__
    sys.argv = [path, "127.0.0.1:%d" % number]
    runpy.run_path(path, run_name="__main__")
    """

  /// Runs a server for the length of a scope.
  ///
  /// - Parameter body: Gets the server.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; `ProcessError` if the server does not start.
  package static func serving<Answer>(
    _ body: (ExecnetServer) async throws -> Answer
  ) async throws -> Answer {
    let command = Command(Tool.execnetPython, "-u", "-c", self.program).with {
      $0.deadline = .seconds(170)
    }
    return try await command.start { process in
      try await process.expect("port ", within: .seconds(30))
      let port = try await process.expect("\n", within: .seconds(30)).before
      try await process.expect("Entering Accept loop", within: .seconds(30))
      guard let number = Int(port) else {
        throw Tool.ScriptFailure(description: "execnet's server has the port '\(port)'")
      }
      return try await body(ExecnetServer(port: number, process: process))
    }
  }
}
