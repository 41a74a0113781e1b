public import ConvokeGateway

/// One place to copy to.
public struct SyncTarget: Sendable {
  /// The gateway, with a worker in Python or JavaScript.
  public var gateway: Gateway
  /// The directory there, made if it does not exist.
  public var destination: String
  /// Whether what is not in the source is deleted there, once all else has succeeded.
  public var deletes: Bool
  /// Called once the copy to this target has ended.
  public var onFinish: (@Sendable (SyncOutcome) -> Void)?

  /// Makes a target.
  ///
  /// - Parameters:
  ///   - gateway: The gateway, with a worker in Python or JavaScript.
  ///   - destination: The directory there; a relative path starts at the worker's directory.
  ///   - deletes: Whether what is not in the source is deleted there.
  ///   - onFinish: Called once the copy to this target has ended.
  public init(
    _ gateway: Gateway,
    _ destination: String,
    deletes: Bool = false,
    onFinish: (@Sendable (SyncOutcome) -> Void)? = nil
  ) {
    self.gateway = gateway
    self.destination = destination
    self.deletes = deletes
    self.onFinish = onFinish
  }
}

/// How the copy to one target ended.
public struct SyncOutcome: Sendable {
  /// A file, and why it was not copied.
  public struct FileFailure: Sendable, Hashable {
    /// The path below the source.
    public var path: String
    /// Why.
    public var reason: String
  }

  /// The identifier of the gateway.
  public var gateway: String
  /// The directory there.
  public var destination: String
  /// The files that were written or brought up to date.
  public var files = 0
  /// The bytes that were sent.
  public var bytes = 0
  /// The links that were made.
  public var links = 0
  /// The entries that were deleted.
  public var deleted = 0
  /// What could not be written there.
  public var failures: [FileFailure] = []
  /// Why the copy ended before its time, if it did.
  public var error: (any Error)?

  /// Whether all was copied.
  public var isOK: Bool { self.error == nil && self.failures.isEmpty }
}

/// How a copy ended.
public struct SyncReport: Sendable {
  /// An entry of the source that was left out, and why.
  public struct Skip: Sendable, Hashable {
    /// The reasons to leave an entry out.
    public enum Reason: Sendable, Hashable {
      /// It is a socket, a pipe or a device.
      case special
      /// It went away.
      case vanished
      /// It changed while it was read.
      case changed
      /// It cannot be read: what the system said.
      case unreadable(String)
    }

    /// The path below the source.
    public var path: String
    /// Why.
    public var reason: Reason

    /// Makes one.
    ///
    /// - Parameters:
    ///   - path: The path below the source.
    ///   - reason: Why it was left out.
    public init(path: String, reason: Reason) {
      self.path = path
      self.reason = reason
    }
  }

  /// One outcome a target, in the order of the targets.
  public var outcomes: [SyncOutcome] = []
  /// What was left out for all targets.
  public var skipped: [Skip] = []

  /// Whether all targets have all that was to be copied; special and vanished entries do not count.
  public var isOK: Bool {
    let isComplete = self.skipped.allSatisfy { [.special, .vanished].contains($0.reason) }
    return isComplete && self.outcomes.allSatisfy(\.isOK)
  }
}

/// What happens during a copy.
public enum SyncEvent: Sendable {
  /// A target has compared the list with what it has: so many files and bytes are needed at most.
  case listed(gateway: String, files: Int, bytes: Int)
  /// A file is about to be sent.
  case sending(gateway: String, path: String)
  /// A target has taken bytes of a file.
  case received(gateway: String, path: String, bytes: Int)
  /// A target has put a file in its place, or found its own to be equal.
  case written(gateway: String, path: String)
  /// A target could not write a file.
  case failed(gateway: String, path: String, reason: String)
  /// An entry of the source is left out.
  case skipped(SyncReport.Skip)
  /// The copy to a target has ended.
  case finished(SyncOutcome)
}

extension SyncReport.Skip.Reason: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .special: "neither a file nor a directory nor a link"
    case .vanished: "it went away"
    case .changed: "it changed while it was read"
    case .unreadable(let reason): reason
    }
  }
}
