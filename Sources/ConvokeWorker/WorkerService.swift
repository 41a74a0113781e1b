public import ConvokeGateway
public import ConvokeWire

/// Something that a worker does for its controller beside the tasks of its program: it answers a channel.
public protocol WorkerService: Sendable {
  /// The name, unique in the worker.
  var name: String { get }
  /// Answers a channel, which is closed when this returns, with an error if it throws.
  ///
  /// The task is cancelled when the controller closes the channel or is gone.
  ///
  /// - Parameters:
  ///   - channel: The channel.
  ///   - arguments: A dictionary of values by name.
  /// - Throws: What the controller gets as the error of the channel.
  func serve(_ channel: Channel, _ arguments: WireValue) async throws
}
