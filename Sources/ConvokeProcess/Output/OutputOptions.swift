/// Where the output of one stream goes; several destinations may be set together.
public struct OutputOptions: Sendable {
  /// How many bytes to keep in memory: the first ones and the last ones.
  public var keep: Keep = .standard
  /// The file every byte is written to, if there is one.
  public var file: File?
  /// Called with each chunk, in order, never twice at a time; a slow one slows down the program.
  public var chunkHandler: (@Sendable (OutputChunk) async -> Void)?
  /// Called with each line, in order, never twice at a time; a slow one slows down the program.
  public var lineHandler: (@Sendable (OutputLine) async -> Void)?
  /// Whether the program writes to the same place as this program; nothing is kept then.
  ///
  /// Only for commands on this machine.
  public var isInherited = false

  /// Makes the options: keep what is usual, write nowhere else.
  public init() {}

  /// Keeps nothing.
  public static var discard: OutputOptions {
    var options = OutputOptions()
    options.keep = Keep(head: 0, tail: 0)
    return options
  }

  /// Keeps what is usual and writes every byte to a file.
  ///
  /// - Parameters:
  ///   - path: The path of the file, whose folder must exist.
  ///   - appending: Whether to add to the file instead of replacing it.
  /// - Returns: The options.
  public static func file(_ path: String, appending: Bool = false) -> OutputOptions {
    var options = OutputOptions()
    options.file = File(path: path, appending: appending)
    return options
  }
}

extension OutputOptions {
  /// How many bytes to keep in memory; what lies between head and tail is dropped, visibly.
  public struct Keep: Sendable, Hashable {
    /// The number of bytes kept from the start.
    public var head: Int
    /// The number of bytes kept from the end.
    public var tail: Int

    /// Makes a limit.
    ///
    /// - Parameters:
    ///   - head: The number of bytes kept from the start.
    ///   - tail: The number of bytes kept from the end.
    public init(head: Int, tail: Int) {
      self.head = head
      self.tail = tail
    }

    /// Eight mebibytes from the start and as many from the end.
    public static let standard = Keep(head: 8 << 20, tail: 8 << 20)
    /// Every byte, however many: for output whose size is known to be small enough.
    public static let everything = Keep(head: .max, tail: 0)
  }

  /// A file that output is written to.
  public struct File: Sendable, Hashable {
    /// The path.
    public var path: String
    /// Whether to add to the file instead of replacing it.
    public var appending: Bool
    /// Whether the file, and the folders it is in, are made only once there is output.
    public var onlyWithOutput: Bool

    /// Makes a destination.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - appending: Whether to add to the file instead of replacing it.
    ///   - onlyWithOutput: Whether the file, and the folders it is in, are made only once there is output.
    public init(path: String, appending: Bool = false, onlyWithOutput: Bool = false) {
      self.path = path
      self.appending = appending
      self.onlyWithOutput = onlyWithOutput
    }
  }
}
