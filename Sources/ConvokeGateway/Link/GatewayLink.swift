/// The two-way byte stream between a gateway and its worker.
///
/// An implementation calls `receive` with the bytes as they arrive, and `end` once after the last of
/// them, from one thread at a time.
package protocol GatewayLink: AnyObject, Sendable {
  /// Begins to read; nothing is received before.
  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  )
  /// Reads on the caller's thread for some microseconds, if that has been worth it lately.
  ///
  /// - Parameter isDone: Whether what the caller waits for has come; asked after each read.
  /// - Returns: Whether it came.
  func readBriefly(until isDone: () -> Bool) -> Bool
  /// Adds bytes to what is on its way; never waits.
  ///
  /// - Parameter fill: Appends the bytes; called once, under a lock.
  /// - Returns: Whether the link still takes bytes.
  @discardableResult
  func write(_ fill: (inout [UInt8]) -> Void) -> Bool
  /// Lets what is written wait for more, where that spares something; ended by as many calls of `release()`.
  func hold()
  /// Ends a hold.
  func release()
  /// How many bytes wait to be written.
  var backlog: Int { get }
  /// Calls back once fewer bytes than the limit wait, or the link has ended.
  func whenBelow(_ limit: Int, _ resume: @escaping @Sendable () -> Void)
  /// Ends this side's half once all bytes are written.
  func closeWriting()
  /// Stops or resumes reading.
  func setPaused(_ isPaused: Bool)
  /// Closes both halves at once.
  func close()
}

extension GatewayLink {
  package func readBriefly(until isDone: () -> Bool) -> Bool { false }
  package func hold() {}
  package func release() {}
}
