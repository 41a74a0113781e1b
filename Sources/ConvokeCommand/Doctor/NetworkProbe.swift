import ConvokeProcess

/// Checks name and port of a host with nothing but the network.
struct NetworkProbe {
  let address: String
  let port: String

  /// The findings: the addresses of the name, and whether the port answers.
  func findings() async -> [Finding] {
    let lookup = await Command("getent", "ahosts", self.address).with { $0.deadline = .seconds(20) }
      .run()
    let addresses = lookup.stdout.lines.compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    guard let first = addresses.first else {
      let remedy = Failure.Kind.nameNotKnown.remedy
      return [.failure("dns", "the name \(self.address) is not known", remedy)]
    }
    let dns = Finding.ok(
      "dns",
      "\(self.address) is \(Set(addresses).sorted().joined(separator: ", "))"
    )
    return [dns, await self.connect(to: first)]
  }

  // A process of its own, since connecting blocks; bash opens TCP connections by itself.
  private func connect(to address: String) async -> Finding {
    let line = "exec 3<>/dev/tcp/\(address)/\(self.port)"
    let probe = Command("bash", "-c", line).with { $0.deadline = .seconds(10) }
    let result = await probe.run()
    let place = "port \(self.port) of \(address)"
    switch result.outcome {
    case .exited(0):
      let time = result.statistics.running.map { " in \(DurationText.describe($0))" } ?? ""
      return .ok("tcp", "\(place) answers\(time)")
    case .timedOut:
      return .failure("tcp", "\(place) does not answer", Failure.Kind.connectTimedOut.remedy)
    default:
      let isRefused = result.stderr.text.contains("refused")
      let kind = isRefused ? Failure.Kind.connectionRefused : .noRoute
      return .failure("tcp", "\(place) cannot be reached: \(kind.rawValue)", kind.remedy)
    }
  }
}
