import Synchronization

extension Gateway {
  /// What a service keeps for this gateway: one object of a type, until the gateway ends.
  ///
  /// - Parameter make: Makes the object at its first use; called under a lock, so it only makes it.
  /// - Returns: The object.
  package func attachment<Kind: AnyObject & Sendable>(_ make: (Gateway) -> Kind) -> Kind {
    self.state.withLock { state in
      let key = ObjectIdentifier(Kind.self)
      if let known = state.attachments[key] as? Kind { return known }
      let made = make(self)
      // After its end nobody would take it down.
      if state.phase != .ended { state.attachments[key] = made }
      return made
    }
  }

  /// How often a service has to tell the worker that this side is alive; `nil` if nobody has to, because
  /// the gateway itself does, or because it is not wanted.
  package var silentHeartbeat: Duration? {
    let hasHeartbeat = self.state.withLock { $0.peer?.hasHeartbeat == true }
    return hasHeartbeat ? nil : self.heartbeat
  }
}
