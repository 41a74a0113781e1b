public import ConvokeGateway
public import ConvokeWire
public import ConvokeWorker

/// What makes the actors of a worker's program reachable: give it to
/// ``ConvokeWorker/Worker/serveIfAsked(_:services:)``.
public struct ActorService: WorkerService {
  static let name = "actors"
  /// The name of the service.
  public var name: String { Self.name }

  private let system: ConvokeActorSystem

  /// Makes the service.
  ///
  /// - Parameter system: The actors of this program.
  public init(_ system: ConvokeActorSystem = .shared) { self.system = system }

  /// Answers the controller's calls until its channel ends.
  public func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    try await ActorLink.greet(channel, self.system, isToController: true).run()
  }
}

extension WorkerService where Self == ActorService {
  /// Makes the actors of this program reachable.
  public static var actors: ActorService { ActorService() }
}
