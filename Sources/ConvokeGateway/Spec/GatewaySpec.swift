/// Where a gateway's worker runs and how it is started: execnet's specification string, and more.
///
/// Segments are separated by `//`; each is a key, or a key and a value: `ssh=node1//python=python3.6`.
/// Exactly one key names the kind of connection. Unknown keys and wrong values are errors.
///
/// The grammar and the keys `popen`, `ssh`, `ssh_config`, `vagrant_ssh`, `socket`, `installvia`,
/// `via`, `python`, `id`, `chdir`, `nice`, `env:NAME`, `dont_write_bytecode` and `execmodel` are those
/// of execnet 2.1. `javascript` and `swift` choose another worker than Python. The keys `tls`, `tlsca`, `tlscert`, `tlskey` and `token` are for a socket server of
/// `convoke serve`: see ``SocketSecurity``.
public struct GatewaySpec: Sendable, Hashable {
  /// The text the specification was read from.
  public var text: String
  /// How the worker is reached.
  public var connection: Connection
  /// The program that runs the worker.
  public var interpreter: Interpreter
  /// The identifier of the gateway in its group; `nil` takes the next free `gwN`.
  public var id: String?
  /// The gateway, by identifier, on whose machine the worker is started.
  public var via: String?
  /// The gateway, by identifier, on which a socket server is started for this one.
  public var installVia: String?
  /// The working directory of the worker, made if it does not exist.
  public var directory: String?
  /// What to add to the worker's niceness.
  public var niceness: Int?
  /// Variables set in the worker.
  public var environment: [String: String] = [:]
  /// How the worker runs what it is given; `nil` takes the default of the group.
  public var model: ExecutionModel?
  /// The file of ssh options, instead of the user's.
  public var sshConfig: String?
  /// What a socket server must show and be shown; `nil` for a genuine execnet server.
  public var security: SocketSecurity?
  /// The ssh client with all its options and the host, in place of what `connection` says.
  package var client: [String]?
  /// Whether the Python worker writes no compiled files.
  public var writesNoBytecode = false

  /// Makes a specification of its parts.
  ///
  /// - Parameters:
  ///   - connection: How the worker is reached.
  ///   - interpreter: The program that runs the worker.
  ///   - id: The identifier of the gateway in its group.
  public init(_ connection: Connection, interpreter: Interpreter = .python(nil), id: String? = nil)
  {
    self.text = ""
    self.connection = connection
    self.interpreter = interpreter
    self.id = id
  }
}

extension GatewaySpec {
  /// The ways to reach a worker.
  public enum Connection: Sendable, Hashable {
    /// A process of this machine, or of the gateway named by `via`.
    case local
    /// The arguments of an ssh command: options and a host.
    case ssh([String])
    /// A machine of vagrant, by name.
    case vagrant(String)
    /// A socket server; `nil` with `installvia`, which starts one.
    case socket(host: String, port: Int)
    /// A socket server that another gateway is asked to start.
    case installed
    /// A process started by the words of a command, such as `docker exec -i NAME`.
    case prefix([String])
  }

  /// The programs that can run a worker.
  public enum Interpreter: Sendable, Hashable {
    /// Python, started by these words; `nil` takes `python3`.
    case python([String]?)
    /// Node, started by these words.
    case javascript([String])
    /// A program in Swift of this machine that is a worker, by its path, and sent where it is missing;
    /// `nil` takes ``GatewayOptions/workerProgram``.
    case swift(String?)
  }

  /// How a worker runs several pieces of code.
  public enum ExecutionModel: String, Sendable, Hashable, CaseIterable {
    /// The first on the main thread, the others on threads of their own.
    case thread
    /// On the main thread only; a second one is refused while the first runs.
    case mainThreadOnly = "main_thread_only"
    /// On greenlets of gevent.
    case gevent
    /// On green threads of eventlet.
    case eventlet
    /// As coroutines of one asyncio event loop.
    case asyncio
  }
}

extension GatewaySpec: CustomStringConvertible {
  /// The text the specification was read from.
  public var description: String { self.text }
}
