import ConvokeHosts
import ConvokeProcess
import Synchronization

/// The connections to hosts over ssh: one for each host, opened when it is first needed.
///
/// All connections end with this object's ``close()`` or with the program, however it ends.
///
/// ```swift
/// let connections = SSHConnections()
/// let kernel = await connections.run(Command("uname", "-r"), on: "node1").stdout.text
/// await connections.close()
/// ```
public final class SSHConnections: Sendable {
  /// The connections with default settings that ``ConvokeProcess/Command/run(on:)`` uses.
  public static let shared = SSHConnections()

  /// How hosts are reached.
  public let settings: SSHSettings

  private struct State {
    var links: [Host: HostLink] = [:]
    var directory: SocketDirectory?
    var hasDirectory = false
  }

  let pacer: ConnectPacer
  private let state = Mutex(State())

  /// Makes an empty set of connections; nothing is started yet.
  ///
  /// - Parameter settings: How hosts are reached.
  public init(_ settings: SSHSettings = SSHSettings()) {
    self.settings = settings
    self.pacer = ConnectPacer(window: settings.connectWindow)
  }

  func link(to host: Host) -> HostLink {
    self.state.withLock { state in
      if let link = state.links[host] { return link }
      if !state.hasDirectory, self.settings.multiplexing == .proxy {
        state.directory = SocketDirectory(isShared: self.settings.persist != nil)
        state.hasDirectory = true
      }
      let link = HostLink(host, self.settings, self.pacer, state.directory)
      state.links[host] = link
      return link
    }
  }

  /// Ends all connections and waits for the end of their ssh processes.
  ///
  /// Commands that still run end as on a lost link. With ``SSHSettings/persist`` the connections
  /// stay open for the next run of the program.
  public func close() async {
    let (links, directory) = self.state.withLock { state in
      defer {
        state.links = [:]
        state.directory = nil
        state.hasDirectory = false
      }
      return (Array(state.links.values), state.directory)
    }
    let masters = await withCheckedContinuation { continuation in
      Reactor.shared.execute {
        continuation.resume(returning: links.compactMap { $0.close() })
      }
    }
    guard self.settings.persist == nil else { return }
    for master in masters { _ = await master.waitUncancelled() }
    directory?.remove()
  }
}
