import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
import Synchronization

extension Fleet {
  /// A fleet of hosts `n0`, `n1` and so on that are all this machine.
  static func local(_ count: Int) -> Fleet { Fleet.local(Host.numbered(count)) }

  /// A fleet of these hosts, all of which are this machine.
  static func local(_ hosts: [Host]) -> Fleet { Fleet(hosts, launcher: LocalLauncher()) }
}

extension Host {
  /// The hosts `n0`, `n1` and so on.
  static func numbered(_ count: Int) -> [Host] {
    (0..<count).map { Host("n\($0)", transport: .local) }
  }
}

/// Collects what is told, in order.
final class Collector<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  func add(_ element: Element) { self.elements.withLock { $0.append(element) } }
  var all: [Element] { self.elements.withLock { $0 } }
}

/// A launcher whose commands end at once, as a closure says.
struct ScriptedLauncher: Launcher {
  let outcome: @Sendable (Command, Host) async -> Outcome

  init(_ outcome: @escaping @Sendable (Command, Host) async -> Outcome) { self.outcome = outcome }

  func run(_ command: Command, on host: Host) async -> ProcessResult {
    ProcessResult(
      command: command,
      host: host.name,
      outcome: await self.outcome(command, host),
      statistics: .notStarted(at: .now)
    )
  }

  func launch(_ command: Command, on host: Host) -> RunningProcess { command.launch() }
}
