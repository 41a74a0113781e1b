import ConvokeFleet

extension FanoutOptions {
  /// The options of the fleet, with what the configuration says where no option was given.
  func fleetOptions(_ configuration: Configuration) throws -> FleetOptions {
    var options = FleetOptions()
    options.window = self.fanout ?? configuration.number(.fanout) ?? options.window
    options.deadline = self.timeout?.duration ?? configuration.duration(.timeout)
    if let text = self.stop ?? configuration[.stop] {
      options.stopRule = try Self.read("--stop", text, StopRule.init(parsing:))
    }
    if let text = self.batchSize ?? configuration[.batchSize] {
      options.batch = Batch(try Self.read("--batch-size", text, Amount.init(parsing:)))
    }
    let limit = self.retries ?? configuration.number(.retries) ?? 0
    let causes = self.retryOn ?? configuration[.retryOn] ?? "connect"
    options.retries = RetryPolicy(limit, on: try Self.causes(causes))
    return options
  }

  private static func causes(_ text: String) throws -> Set<RetryPolicy.Cause> {
    Set(
      try text.split(separator: ",").map { word in
        if let cause = RetryPolicy.Cause(rawValue: String(word)) { return cause }
        let known = RetryPolicy.Cause.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("--retry-on '\(text)': '\(word)' is none of \(known)")
      }
    )
  }

  private static func read<Value>(
    _ option: String,
    _ text: String,
    _ parse: (String) throws(FleetError) -> Value
  ) throws -> Value {
    do {
      return try parse(text)
    } catch {
      throw UsageError("\(option): \(error)")
    }
  }
}
