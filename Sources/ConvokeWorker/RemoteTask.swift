public import ConvokeGateway
import ConvokeWire

/// A piece of Swift that controllers run by its name.
///
/// ```swift
/// let multiply = RemoteTask("multiply") { channel, factor in
///   for try await number in channel.items(as: Int.self) { try await channel.send(number * factor) }
/// }
/// ```
///
/// A controller calls it with `gateway.execute(.task("multiply", 3))`. The task is cancelled when the
/// controller closes the channel or is gone; the channel is closed when it ends, with an error if it throws.
public struct RemoteTask: Sendable {
  /// The name, unique in its program.
  public let name: String
  let run: @Sendable (Channel, [WireValue]) async throws -> Void

  /// Makes a task.
  ///
  /// - Parameters:
  ///   - name: The name, unique in its program.
  ///   - body: What to do with the channel and the arguments, which are decoded as its types.
  public init<each Argument: Decodable & Sendable>(
    _ name: String,
    _ body: @escaping @Sendable (Channel, repeat each Argument) async throws -> Void
  ) {
    self.name = name
    self.run = { channel, values in
      var arguments = TaskArguments(task: name, values: values)
      try await body(channel, repeat try arguments.next(as: (each Argument).self))
    }
  }
}

/// The arguments of a call, taken one after the other.
private struct TaskArguments {
  let task: String
  let values: [WireValue]
  var index = 0

  mutating func next<Argument: Decodable>(as type: Argument.Type) throws -> Argument {
    defer { self.index += 1 }
    guard self.index < self.values.count else {
      throw WorkerError(
        "the task '\(self.task)' takes more than the \(self.values.count) arguments it was given"
      )
    }
    do {
      return try WireDecoder().decode(type, from: self.values[self.index])
    } catch {
      throw WorkerError("argument \(self.index + 1) of the task '\(self.task)': \(error)")
    }
  }
}
