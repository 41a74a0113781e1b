import ConvokeWire

/// The line that turns an interpreter into a worker.
enum Bootstrap {
  /// A worker of our own, sent whole.
  static func line(for spec: GatewaySpec, id: String, options: GatewayOptions) -> [UInt8] {
    let model = spec.model ?? options.model
    switch spec.interpreter {
    case .python:
      if options.usesExecnetWorkers { return self.execnetLine(id: id, model: model.rawValue) }
      let call =
        "serve(\(self.stream(of: spec)), id=u\(self.quoted(id + "-worker")), "
        + "model=\(self.quoted(model.rawValue)), options=\(self.settings(spec, options)))"
      let parts = EmbeddedWorkers.python + self.part(of: model)
      return Array("'\(parts)\(self.escaped(self.socketStream + call))\\n'\n".utf8)
    case .javascript:
      let call =
        "serve({id: \(self.quoted(id + "-worker")), options: \(self.settings(spec, options))})"
      return Array("'\(EmbeddedWorkers.javascript)\(self.escaped(call))\\n'\n".utf8)
    case .swift: return SwiftStart.bootstrapLine(id: id, options: options)
    }
  }

  private static func stream(of spec: GatewaySpec) -> String {
    switch spec.connection {
    case .socket: "SocketStream() if 'clientsock' in globals() else stdio()"
    default: "stdio()"
    }
  }

  /// The connection of a worker inside a socket server, which names it `clientsock`.
  ///
  /// The process of a genuine execnet server, which names its `execmodel`, too, serves others afterwards.
  private static let socketStream = """
    class SocketStream(Stdio):
        is_guest = 'execmodel' in globals()
        def __init__(self):
            clientsock.setblocking(True)
            self.reader, self.writer = os.dup(clientsock.fileno()), os.dup(clientsock.fileno())
            clientsock.close()
            self.outputs, self.pumped, self.stderr = [], [], None
        def redirect(self, options):
            self.options = options
        def finish(self):
            pass

    """

  private static func part(of model: GatewaySpec.ExecutionModel) -> String {
    switch model {
    case .thread, .mainThreadOnly: ""
    case .gevent, .eventlet: EmbeddedWorkers.pythonGreenlets
    case .asyncio: EmbeddedWorkers.pythonAsyncio
    }
  }

  // The same text is a dictionary of Python and an object of JavaScript.
  private static func settings(_ spec: GatewaySpec, _ options: GatewayOptions) -> String {
    let grace = options.closeTimeout / .seconds(1)
    return "{'window': \(PeerCapabilities.window), 'grace': \(grace), "
      + "'output': \(options.outputHandler == nil && options.logger == nil ? "0" : "1"), "
      + "'group': \(self.hasGroupOutOfReach(spec) ? "1" : "0")}"
  }

  /// Whether nobody but the worker can end what the worker started.
  private static func hasGroupOutOfReach(_ spec: GatewaySpec) -> Bool {
    switch spec.connection {
    case .ssh, .vagrant, .prefix: true
    case .local, .socket, .installed: false
    }
  }

  /// A genuine execnet worker, which has to be installed beside the interpreter.
  ///
  /// Through a socket server it finds its connection as `clientsock`.
  ///
  /// Source: `bootstrap_import` and `bootstrap_socket` of execnet 2.1, `gateway_bootstrap.py`.
  private static func execnetLine(id: String, model: String) -> [UInt8] {
    self.literal(
      """
      import sys
      from execnet.gateway_base import serve, init_popen_io, get_execmodel
      execmodel = get_execmodel(\(self.quoted(model)))
      if "clientsock" in globals():
          from execnet.gateway_socket import SocketIO
          io = SocketIO(clientsock, execmodel)
      else:
          io = init_popen_io(execmodel)
      io.write("1".encode("ascii"))
      serve(io, id=\(self.quoted(id + "-worker")))
      """
    )
  }

  /// A Python string literal of the text, on one line.
  static func literal(_ text: String) -> [UInt8] { Array((self.quoted(text) + "\n").utf8) }

  /// A Python string literal; beyond ASCII it is escaped, so that no encoding matters.
  static func quoted(_ text: String) -> String { "'\(self.escaped(text))'" }

  private static func escaped(_ text: String) -> String {
    var literal = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      case "'": literal += "\\'"
      case "\\": literal += "\\\\"
      case _ where scalar.isASCII && scalar.value >= 32 || scalar == "\t":
        literal.unicodeScalars.append(scalar)
      case _ where scalar.value < 256: literal += "\\x" + self.hex(scalar.value, 2)
      case _ where scalar.value < 65536: literal += "\\u" + self.hex(scalar.value, 4)
      default: literal += "\\U" + self.hex(scalar.value, 8)
      }
    }
    return literal
  }

  private static func hex(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
