import ConvokeProcess

/// The command that starts a worker which reads its program from standard input.
enum WorkerCommand {
  /// Reads one line, a string literal, and runs the text in it: execnet's own first step.
  static let pythonLoader = "import sys;exec(eval(sys.stdin.readline()))"

  /// Reads one line, a string literal, and runs the text in it: the loader that `javascript/base.js` describes.
  static let javascriptLoader = """
    let f=require('fs'),[,i=0,o=1]=process.argv,s='',t=Buffer.alloc(65536),n;for(;;){try{\
    n=f.readSync(+i,t)}catch(e){if(e.code!='EAGAIN')throw e;Atomics.wait(new Int32Array(\
    new SharedArrayBuffer(4)),0,0,5);continue}s+=t.latin1Slice(0,n);if(!n||t[n-1]==10)break}\
    (0,eval)((0,eval)(s))(+i,+o)
    """

  /// The words of the command on the machine of the worker; those of a worker in Swift are told.
  static func interpreter(of spec: GatewaySpec, swift: SwiftStart?) -> [String] {
    switch spec.interpreter {
    case .python(let words):
      let flags = spec.writesNoBytecode ? ["-u", "-B"] : ["-u"]
      return (words ?? ["python3"]) + flags + ["-c", self.pythonLoader]
    case .javascript(let words):
      // The connection moves away from where anything that prints or reads could touch it.
      let node = words.map(ShellQuoting.quote).joined(separator: " ")
      let line = "exec \(node) -e \"$0\" 3 4 3<&0 4>&1 </dev/null >/dev/null"
      return ["sh", "-c", line, self.javascriptLoader]
    case .swift: return swift?.words ?? []
    }
  }

  /// Whether the login shell of a host reads the command.
  static func isRead(byLoginShellOf spec: GatewaySpec) -> Bool {
    if spec.client != nil { return true }
    return switch spec.connection {
    case .ssh, .vagrant: true
    case .prefix(let words): words.first == "oarsh"
    case .local, .socket, .installed: false
    }
  }

  /// The words of the command on this machine.
  ///
  /// - Returns: `nil` for a specification that starts no process.
  static func words(for spec: GatewaySpec, swift: SwiftStart? = nil) -> [String]? {
    var worker = self.interpreter(of: spec, swift: swift)
    if self.isRead(byLoginShellOf: spec) {
      let line = worker.map(ShellQuoting.quote).joined(separator: " ")
      worker = [swift?.shortcut.map { "\($0) || exec \(line)" } ?? line]
    }
    let config = spec.sshConfig.map { ["-F", $0] } ?? []
    if let client = spec.client { return client + worker }
    switch spec.connection {
    case .local: return worker
    case .ssh(let words): return ["ssh", "-o", "BatchMode=yes"] + config + words + worker
    case .vagrant(let name): return ["vagrant", "ssh", name, "--"] + config + worker
    case .prefix(let words): return words + worker
    case .socket, .installed: return nil
    }
  }
}
