import ConvokeFleet

/// What the configuration file and the environment may set.
///
/// The raw value is the key in the file; the variable is `CONVOKE_` and the key in capitals, but for one.
enum Setting: String, CaseIterable, Sendable {
  // Section `defaults`.
  case hosts
  case exclude
  case fanout
  case timeout
  case output
  case label
  case color
  case quiet
  case retries
  case retryOn = "retry-on"
  case batchSize = "batch-size"
  case stop
  // Section `connection`.
  case user
  case port
  case identity
  case sshConfig = "ssh-config"
  case sshOptions = "ssh-options"
  case connectTimeout = "connect-timeout"
  case persist
  case worker
  case fastKex = "fast-kex"
  case testbed

  /// The sections of the file that hold settings.
  enum Section: String, CaseIterable, Sendable {
    case defaults, connection
  }

  /// The section it stands in.
  var section: Section {
    switch self {
    case .hosts, .exclude, .fanout, .timeout, .output, .label, .color, .quiet, .retries, .retryOn,
      .batchSize, .stop:
      .defaults
    default: .connection
    }
  }

  /// The name of the environment variable.
  var variable: String {
    // `CONVOKE_WORKER` is the path of a worker in Swift.
    if self == .worker { return "CONVOKE_WORKER_KIND" }
    return "CONVOKE_" + self.rawValue.uppercased().replacing("-", with: "_")
  }

  /// What holds when nothing is said, for people to read.
  var standard: String {
    switch self {
    case .fanout: "64"
    case .output: "live"
    case .label: "true"
    case .color: "auto"
    case .retries: "0"
    case .retryOn: "connect"
    case .connectTimeout: "20s"
    case .worker: "none"
    case .quiet, .fastKex, .testbed: "false"
    default: ""
    }
  }

  /// What a value has to be, or `nil` if this one is right.
  func complaint(about value: String) -> String? {
    switch self {
    case .fanout: Int(value).map { $0 > 0 } == true ? nil : "a number from 1"
    case .port:
      Int(value).map { (1...65535).contains($0) } == true ? nil : "a number from 1 to 65535"
    case .retries: Int(value).map { $0 >= 0 } == true ? nil : "a number from 0"
    case .timeout, .connectTimeout, .persist:
      DurationText.parse(value) == nil ? "a duration such as 90, 1.5s or 1h30m" : nil
    case .label, .quiet, .fastKex, .testbed: Setting.flag(value) == nil ? "true or false" : nil
    case .color: ColorMode(rawValue: value) == nil ? "auto, always or never" : nil
    case .output: OutputMode(rawValue: value) == nil ? "live, fold, diff or json" : nil
    case .worker: FleetWorker(rawValue: value) == nil ? "auto, swift, python or none" : nil
    case .retryOn: Setting.unknown(value, ["connect", "exit", "timeout"])
    default: value.isEmpty ? "not empty" : nil
    }
  }

  private static func unknown(_ list: String, _ words: [String]) -> String? {
    list.split(separator: ",").allSatisfy { words.contains(String($0)) }
      ? nil : "a list of " + words.joined(separator: ", ")
  }

  /// Reads a truth value as YAML 1.1 and shells write them.
  static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
  }
}

/// How the output of the hosts is shown.
enum OutputMode: String, CaseIterable, Sendable {
  /// Line by line as it comes, with the host in front.
  case live
  /// At the end, each distinct output once.
  case fold
  /// At the end, the difference to what most hosts wrote.
  case diff
  /// As JSON Lines.
  case json
  /// Byte by byte, of a single host.
  case raw
}
