public import ConvokeProcess
public import ConvokeWire
public import CoreMetrics
public import Logging

/// What holds for all gateways that are opened with it.
public struct GatewayOptions: Sendable {
  /// How long a worker may take to start and to answer.
  public var openTimeout: Duration = .seconds(30)
  /// How long a worker is given to end by itself when the scope of its gateway ends.
  public var closeTimeout: Duration = .seconds(5)
  /// The limits of what is read from workers.
  public var limits = WireLimits()
  /// How many bytes may wait to be written before senders wait; `nil` for no bound, as execnet.
  ///
  /// It bounds the memory of this side for a worker without flow control.
  public var highWater: Int? = 16 << 20
  /// How often the worker is asked whether it is alive; after three periods of silence it is lost.
  ///
  /// `nil` does not ask. Only Convoke's workers can be asked.
  public var heartbeat: Duration? = .seconds(5)
  /// The execution model of workers whose specification names none.
  public var model = GatewaySpec.ExecutionModel.thread
  /// Gets what workers write to standard output and error; `nil` drops the one and passes on the other.
  public var outputHandler: (@Sendable (OutputChunk) -> Void)?
  /// Gets the records of swift-log that code in Swift writes on workers, and the lines of their standard
  /// error if ``outputHandler`` is not set; each with the gateway, and records with the task.
  public var logger: Logger?
  /// Measures here what code in Swift measures on workers with swift-metrics, with the dimensions
  /// `gateway` and `host`; `nil` leaves that to the workers' own programs.
  public var metrics: (any MetricsFactory)?
  /// Whether workers are genuine execnet ones, which must be installed beside their interpreter.
  public var usesExecnetWorkers = false
  /// The file on this machine of workers in Swift whose specification names none.
  ///
  /// `nil` takes what the variable `CONVOKE_WORKER` names, else this program if it can be a worker, else
  /// `convoke-worker` beside it or in `PATH`.
  public var workerProgram: String?
  /// Puts TLS on connections whose specification asks for it; the library `ConvokeServe` has one.
  public var tlsConnector: TLSConnector?

  /// Makes the options: those of the comments.
  public init() {}
}

extension GatewayOptions {
  /// Puts TLS on a connected socket, as its client.
  ///
  /// It takes over the descriptor, whether it succeeds or not. It gets the files to use, the name the
  /// server must prove, and the time it may take; it returns a descriptor with the plain bytes.
  public typealias TLSConnector =
    @Sendable (
      _ socket: Int32, _ security: SocketSecurity, _ host: String, _ limit: Duration
    ) async throws -> Int32
}
