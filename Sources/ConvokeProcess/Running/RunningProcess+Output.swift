import Synchronization

extension RunningProcess {
  /// The output as it arrives, in chunks of both streams.
  ///
  /// The first who reads a stream gets it from its start, or from the last match of `expect` on (of that, a
  /// mebibyte); a handler or a file of the command is such a reader. Those after that get what comes from
  /// then on, and so does the first once the process was waited for, or was not read for five seconds after
  /// its first 256 KiB. At most 256 KiB wait for a slow reader; the program has to wait after that. The
  /// sequence ends when both streams have ended. It is for one reader.
  public var chunks: OutputChunks { OutputChunks(self.subscribe(OutputStream.allCases)) }

  /// The output as it arrives, in lines.
  ///
  /// It begins and ends as ``chunks``, and holds up a program as they do. It is for one reader.
  ///
  /// - Parameter streams: The streams to read; by default both.
  /// - Returns: The lines of each stream in their order.
  public func lines(of streams: OutputStream...) -> OutputLines {
    OutputLines(self.subscribe(streams.isEmpty ? OutputStream.allCases : streams))
  }

  func subscribe(_ streams: [OutputStream]) -> OutputSubscription {
    let subscription = OutputSubscription(to: streams) { [weak self] in self?.updatePause() }
    let ended = self.state.withLock { state in
      for chunk in state.unread.take(streams, left: state.expectBuffers) {
        subscription.offer(chunk)
      }
      state.subscriptions.append(subscription)
      return Set(OutputStream.allCases).subtracting(state.openStreams)
    }
    for stream in ended { subscription.end(stream) }
    return subscription
  }

  /// Keeps nothing any more for who has not begun to read, and lets the program go on.
  func forgetUnread(_ streams: [OutputStream] = OutputStream.allCases) {
    self.state.withLock { $0.unread.forget(streams) }
    self.updatePause()
  }

  /// Lets the program wait while some reader has enough to do, and go on when none has.
  func updatePause() {
    let (control, changes) = self.state.withLock { state in
      var changes: [(OutputStream, Bool)] = []
      for stream in OutputStream.allCases {
        let isFull =
          state.unread.isFull(stream) || state.subscriptions.contains { $0.isFull(stream) }
        if isFull != state.paused.contains(stream) {
          changes.append((stream, isFull))
          if isFull { state.paused.insert(stream) } else { state.paused.remove(stream) }
        }
      }
      return (state.control, changes)
    }
    for (stream, isFull) in changes { self.setPaused(isFull, stream, control) }
  }

  // Another thread may have changed its mind in between: whoever is last sees that, and follows.
  private func setPaused(
    _ isPaused: Bool,
    _ stream: OutputStream,
    _ control: (any ProcessControl)?
  ) {
    var applied = !isPaused
    var wanted = isPaused
    while wanted != applied {
      control?.setPaused(wanted, stream)
      applied = wanted
      wanted = self.state.withLock { $0.paused.contains(stream) }
    }
  }
}

// MARK: - Handlers and files

extension RunningProcess {
  func startPumps() {
    for (stream, options) in [
      (OutputStream.stdout, self.command.stdout), (.stderr, self.command.stderr),
    ] where options.needsPump {
      self.state.withLock { $0.pumps += 1 }
      let pump = OutputPump(options, self.subscribe([stream]))
      // Not a child of the caller: it ends with the output, and the result waits for it.
      Task.detached {
        let failure = await pump.run()
        self.state.withLock { state in
          state.pumps -= 1
          if let failure { state.statistics.outputFailures.append(failure) }
        }
        self.finishIfDone()
      }
    }
  }
}
