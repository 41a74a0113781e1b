package import ConvokeProcess
package import ConvokeWire

/// What the service that runs processes tells its controller; the process is named by a number.
///
/// On the channel it is a tuple of a code, the number and what else belongs to it (docs/services.md).
package enum ProcessReport: Sendable {
  /// It has started, with this process identifier.
  case started(Int, Int32)
  /// It wrote to an output.
  case output(Int, OutputStream, [UInt8])
  /// So many bytes of its standard input were written.
  case took(Int, Int)
  /// It does not read its standard input any more.
  case inputClosed(Int)
  /// It has ended, and this is how.
  case ended(Int, ProcessAccount)
  /// It was not started: the kind of failure, and more words.
  case refused(Int, Failure.Kind, String)
}

extension ProcessReport {
  private enum Code: Int { case started, output, errors, took, inputClosed, ended, refused }

  /// The item for the channel.
  package var value: WireValue {
    switch self {
    case .started(let number, let id): self.item(.started, number, .int(Int(id)))
    case .output(let number, let stream, let bytes):
      self.item(stream == .stdout ? .output : .errors, number, .bytes(bytes))
    case .took(let number, let count): self.item(.took, number, .int(count))
    case .inputClosed(let number): self.item(.inputClosed, number)
    case .ended(let number, let account): self.item(.ended, number, account.value)
    case .refused(let number, let kind, let reason):
      self.item(.refused, number, .string(kind.rawValue), .string(reason))
    }
  }

  private func item(_ code: Code, _ number: Int, _ values: WireValue...) -> WireValue {
    .tuple([.int(code.rawValue), .int(number)] + values)
  }

  /// Reads an item of the channel; `nil` if it makes no sense.
  package init?(_ item: WireValue) {
    guard case .tuple(let parts) = item, parts.count >= 2, let number = parts[1].int,
      let code = parts[0].int.flatMap(Code.init)
    else { return nil }
    let first = parts.count > 2 ? parts[2] : .none
    switch code {
    case .started: self = .started(number, Int32(clamping: first.int ?? 0))
    case .output, .errors:
      self = .output(number, code == .output ? .stdout : .stderr, first.bytes ?? [])
    case .took: self = .took(number, first.int ?? 0)
    case .inputClosed: self = .inputClosed(number)
    case .ended:
      guard let account = ProcessAccount(first) else { return nil }
      self = .ended(number, account)
    case .refused:
      let kind = first.string.flatMap(Failure.Kind.init) ?? .spawnFailed
      self = .refused(number, kind, parts.count > 3 ? parts[3].string ?? "" : "")
    }
  }
}
