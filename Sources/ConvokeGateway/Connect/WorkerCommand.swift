import ConvokeProcess

/// The command that starts a worker which reads its program from standard input.
enum WorkerCommand {
  /// Reads one line, a string literal, and runs the text in it: execnet's own first step.
  static let pythonLoader = "import sys;exec(eval(sys.stdin.readline()))"

  /// Reads one line, a string literal, and runs the text in it.
  static let javascriptLoader = """
    let t='';const f=require('fs'),b=Buffer.alloc(65536);for(;;){let n;\
    try{n=f.readSync(0,b)}catch(e){if(e.code=='EAGAIN')continue;throw e}\
    t+=b.latin1Slice(0,n);if(!n||t.endsWith('\\n'))break}eval(eval(t))
    """

  /// The words of the command on the machine of the worker.
  static func interpreter(of spec: GatewaySpec) -> [String] {
    switch spec.interpreter {
    case .python(let words):
      let flags = spec.writesNoBytecode ? ["-u", "-B"] : ["-u"]
      return (words ?? ["python3"]) + flags + ["-c", self.pythonLoader]
    case .javascript(let words): return words + ["-e", self.javascriptLoader]
    }
  }

  /// The words of the command on this machine.
  ///
  /// - Returns: `nil` for a specification that starts no process.
  static func words(for spec: GatewaySpec) -> [String]? {
    let worker = self.interpreter(of: spec)
    let config = spec.sshConfig.map { ["-F", $0] } ?? []
    // A remote shell reads the words once more.
    let line = worker.map(ShellQuoting.quote).joined(separator: " ")
    switch spec.connection {
    case .local: return worker
    case .ssh(let words): return ["ssh", "-o", "BatchMode=yes"] + config + words + [line]
    case .vagrant(let name): return ["vagrant", "ssh", name, "--"] + config + [line]
    case .prefix(let words) where words.first == "oarsh": return words + [line]
    case .prefix(let words): return words + worker
    case .socket, .installed: return nil
    }
  }
}
