public import ConvokeHosts
import ConvokeProcess

extension Fleet {
  /// Runs `true` on every host, to see which of them can be worked on.
  ///
  /// - Parameters:
  ///   - deadline: How long the command may take once a host is reached.
  ///   - options: How to do it.
  /// - Returns: One result for every host.
  public func ping(
    deadline: Duration = .seconds(20),
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let options = options.with { $0.deadline = deadline }
    return await self.perform(.run(Command("true")).named("ping"), options: options)
  }

  /// The fleet of those hosts that can be worked on, in their order.
  ///
  /// - Parameters:
  ///   - deadline: How long a command may take once a host is reached.
  ///   - options: How to find out.
  /// - Returns: The fleet without the bad hosts.
  public func filteringBadHosts(
    deadline: Duration = .seconds(20),
    options: FleetOptions = FleetOptions()
  ) async -> Fleet {
    let report = await self.ping(deadline: deadline, options: options)
    return self.with(hosts: report.successes.map(\.host))
  }

  /// Waits until every host can be worked on, trying again those that cannot.
  ///
  /// - Parameters:
  ///   - limit: How long to wait at most.
  ///   - pause: How long to wait before a host is tried again.
  ///   - options: How to do it; its retries and its time limit are replaced.
  /// - Returns: One result for every host: who was not reached in time has failed.
  public func waitUntilReachable(
    within limit: Duration,
    pause: Duration = .seconds(2),
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let changed = options.with { options in
      options.timeLimit = limit
      options.deadline = options.deadline ?? min(limit, .seconds(20))
      options.window = max(options.window, self.hosts.count)
      // A wrong key or a refused login stays so: only what time may mend is tried again.
      options.retries = RetryPolicy(
        .max,
        on: Set(RetryPolicy.Cause.allCases),
        delay: pause,
        factor: 1,
        longestDelay: pause
      )
    }
    return await self.perform(.run(Command("true")).named("wait until reachable"), options: changed)
  }
}

extension FleetReport {
  /// The hosts without those that failed anywhere in this report, in their order.
  ///
  /// - Parameter hosts: The hosts to choose from.
  /// - Returns: Those of them that have no failed result.
  public func filteringBadHosts(_ hosts: some Sequence<Host>) -> [Host] {
    let bad = Set(self.failures.map(\.host))
    return hosts.filter { !bad.contains($0) }
  }
}
