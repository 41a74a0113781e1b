/// When a service that failed is started again, and when no more.
struct RestartPolicy: Sendable {
  /// How often it may fail in a row.
  var limit = 5
  /// How long to wait after the first failure; each further one doubles it.
  var firstDelay = Duration.milliseconds(500)
  /// The longest wait.
  var longestDelay = Duration.seconds(30)
  /// How long it has to run well for its failures to be forgotten.
  var forgetting = Duration.seconds(60)

  /// How long to wait after so many failures in a row, from 1.
  func delay(after failures: Int) -> Duration {
    var delay = self.firstDelay
    for _ in 1..<max(failures, 1) where delay < self.longestDelay { delay *= 2 }
    return min(delay, self.longestDelay)
  }
}
