import ConvokeProcess

// MARK: - What this side asks for

extension MuxProtocolState {
  /// Asks for a session channel.
  mutating func openSession() -> UInt32 {
    let number = self.takeChannelNumber()
    self.channels[number] = SSHChannelState()
    self.send(.channelOpen) { writer in
      writer.string("session")
      writer.number(number)
      writer.number(SSHChannelState.window)
      writer.number(SSHChannelState.packet)
    }
    return number
  }

  /// Sends a request about an open channel.
  mutating func request(
    _ number: UInt32,
    _ type: String,
    wantsAnswer: Bool = false,
    _ fields: (inout SSHWriter) -> Void = { _ in }
  ) {
    guard let channel = self.channels[number], let remote = channel.remote, !channel.hasSentClose
    else { return }
    self.send(.channelRequest) { writer in
      writer.number(remote)
      writer.string(type)
      writer.boolean(wantsAnswer)
      fields(&writer)
    }
  }

  /// Runs a command line in the channel; only the end of the session says that it cannot be run.
  mutating func execute(_ number: UInt32, _ line: String) {
    self.request(number, "exec") { $0.string(line) }
  }

  /// Asks for a pseudo-terminal; it is answered.
  mutating func requestTerminal(_ number: UInt32, _ terminal: PseudoTerminal) {
    self.request(number, "pty-req", wantsAnswer: true) { writer in
      writer.string(terminal.type)
      writer.number(UInt32(terminal.columns))
      writer.number(UInt32(terminal.rows))
      writer.number(0)
      writer.number(0)
      // No terminal modes: the server's own defaults (RFC 4254, section 8: TTY_OP_END).
      writer.string([0])
    }
  }

  /// Tells the pseudo-terminal its size.
  mutating func resize(_ number: UInt32, rows: UInt16, columns: UInt16) {
    self.request(number, "window-change") { writer in
      writer.number(UInt32(columns))
      writer.number(UInt32(rows))
      writer.number(0)
      writer.number(0)
    }
  }

  /// Writes to the input of the program.
  mutating func write(_ number: UInt32, _ bytes: [UInt8]) -> [Event] {
    self.channels[number]?.write(bytes)
    return self.flushInput(number)
  }

  /// Ends the input of the program.
  mutating func endInput(_ number: UInt32) {
    self.channels[number]?.endInput()
    _ = self.flushInput(number)
  }

  /// Stops or resumes to let the server send more.
  mutating func setPaused(_ number: UInt32, _ isPaused: Bool) {
    if let more = self.channels[number]?.setPaused(isPaused) { self.adjust(number, more) }
  }

  /// Closes the channel from this side.
  mutating func close(_ number: UInt32) {
    guard let channel = self.channels[number], !channel.hasSentClose else { return }
    guard let remote = channel.remote else { return }
    self.channels[number]?.markClosed()
    self.send(.channelClose) { $0.number(remote) }
    if self.channels[number]?.isOver == true { self.channels[number] = nil }
  }

  private mutating func flushInput(_ number: UInt32) -> [Event] {
    guard let remote = self.channels[number]?.remote else { return [] }
    var hasSent = false
    while let piece = self.channels[number]?.nextInput() {
      hasSent = true
      self.send(.channelData) { writer in
        writer.number(remote)
        writer.string(piece)
      }
    }
    if self.channels[number]?.takesInputEnd() == true {
      self.send(.channelEOF) { $0.number(remote) }
    }
    let isDrained = self.channels[number]?.waitingInput == 0
    return hasSent && isDrained ? [.channel(number, .inputDrained)] : []
  }

  private mutating func adjust(_ number: UInt32, _ more: UInt32) {
    guard let remote = self.channels[number]?.remote else { return }
    self.send(.channelWindowAdjust) { writer in
      writer.number(remote)
      writer.number(more)
    }
  }
}

// MARK: - What the server says

extension MuxProtocolState {
  mutating func receivePacket(_ frame: ArraySlice<UInt8>) throws(SSHProtocolError) -> [Event] {
    var reader = SSHReader(frame)
    _ = try reader.byte()
    // Global requests and messages of other protocols are not for a client of this kind.
    guard let type = SSHMessage(rawValue: try reader.byte()) else { return [] }
    if type == .channelOpen { return [] }
    let number = try reader.number()
    // A channel that both ends have closed may still be named by what crossed on the way.
    guard self.channels[number] != nil else { return [] }
    return try self.receive(type, number, &reader)
  }

  private mutating func receive(
    _ type: SSHMessage,
    _ number: UInt32,
    _ reader: inout SSHReader
  ) throws(SSHProtocolError) -> [Event] {
    switch type {
    case .channelOpenConfirmation: return try self.confirm(number, &reader)
    case .channelOpenFailure:
      _ = try reader.number()
      let reason = try reader.text()
      self.channels[number] = nil
      return [.channel(number, .refused(reason))]
    case .channelWindowAdjust:
      try self.channels[number]?.adjust(try reader.number())
      return self.flushInput(number)
    case .channelData: return try self.receiveData(number, .stdout, try reader.string())
    case .channelExtendedData:
      // Code 1 is standard error; there is no other (RFC 4254, section 5.2).
      let stream: OutputStream = try reader.number() == 1 ? .stderr : .stdout
      return try self.receiveData(number, stream, try reader.string())
    case .channelEOF: return [.channel(number, .outputEnded)]
    case .channelClose: return self.receiveClose(number)
    case .channelRequest: return try self.receiveRequest(number, &reader)
    case .channelSuccess: return [.channel(number, .answered(true))]
    case .channelFailure: return [.channel(number, .answered(false))]
    case .channelOpen: return []
    }
  }

  private mutating func confirm(
    _ number: UInt32,
    _ reader: inout SSHReader
  ) throws(SSHProtocolError) -> [Event] {
    guard self.channels[number]?.remote == nil else {
      throw SSHProtocolError(message: "a channel is confirmed twice")
    }
    let remote = try reader.number()
    let window = try reader.number()
    let packet = try reader.number()
    self.channels[number]?.confirm(remote: remote, window: window, packet: packet)
    return [.channel(number, .opened)]
  }

  private mutating func receiveData(
    _ number: UInt32,
    _ stream: OutputStream,
    _ bytes: ArraySlice<UInt8>
  ) throws(SSHProtocolError) -> [Event] {
    if let more = try self.channels[number]?.received(bytes.count) { self.adjust(number, more) }
    return bytes.isEmpty ? [] : [.channel(number, .received(bytes, stream))]
  }

  private mutating func receiveRequest(
    _ number: UInt32,
    _ reader: inout SSHReader
  ) throws(SSHProtocolError) -> [Event] {
    let type = try reader.text()
    let wantsAnswer = try reader.boolean()
    switch type {
    case "exit-status": return [.channel(number, .exited(try reader.number()))]
    case "exit-signal": return [.channel(number, .signalled(try reader.text()))]
    default:
      if wantsAnswer, let remote = self.channels[number]?.remote {
        self.send(.channelFailure) { $0.number(remote) }
      }
      return []
    }
  }

  private mutating func receiveClose(_ number: UInt32) -> [Event] {
    self.channels[number]?.receiveClose()
    self.close(number)
    if self.channels[number]?.isOver == true { self.channels[number] = nil }
    return [.channel(number, .closed)]
  }
}
