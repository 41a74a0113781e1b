/// What becomes of the service of a host; each change is reported.
enum ServiceState: Sendable {
  /// The host is connected and the service started.
  case starting
  /// It runs, as this process.
  case running(Int32)
  /// Its check succeeded for the first time since it was started.
  case healthy
  /// It failed for this reason, the so manieth time in a row, and is started again after a while.
  case failed(String, times: Int, restartAfter: Duration)
  /// It failed once too often and is left alone.
  case abandoned(String)
  /// It was ended on purpose.
  case stopped
}

extension ServiceState: CustomStringConvertible {
  /// A phrase for people.
  var description: String {
    switch self {
    case .starting: "starting"
    case .running(let id): "running as \(id)"
    case .healthy: "healthy"
    case .failed(let reason, let times, let delay):
      "failed (\(times)): \(reason); restart after \(delay)"
    case .abandoned(let reason): "abandoned: \(reason)"
    case .stopped: "stopped"
    }
  }
}
