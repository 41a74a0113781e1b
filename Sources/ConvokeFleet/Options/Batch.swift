/// Rolling batches: so many hosts are finished before the next ones are begun.
public struct Batch: Sendable {
  /// How many hosts make a batch.
  public var size: Amount
  /// How long to wait between two batches.
  public var pause: Duration
  /// Asked between two batches with the report so far: `false` gives up the rest.
  public var healthCheck: (@Sendable (FleetReport) async -> Bool)?

  /// Makes batches of one size.
  ///
  /// - Parameters:
  ///   - size: How many hosts make a batch.
  ///   - pause: How long to wait between two batches.
  ///   - healthCheck: Asked between two batches with the report so far; `false` gives up the rest.
  public init(
    _ size: Amount,
    pause: Duration = .zero,
    healthCheck: (@Sendable (FleetReport) async -> Bool)? = nil
  ) {
    self.size = size
    self.pause = pause
    self.healthCheck = healthCheck
  }

  /// Cuts a range of positions into batches.
  ///
  /// - Parameter count: How many hosts there are.
  /// - Returns: The positions of each batch, in order.
  func ranges(of count: Int) -> [Range<Int>] {
    let size = max(1, self.size.count(of: count))
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }
}
