import ConvokeProcess
import ConvokeWire
import Glibc

/// A record of all frames, for those who look for what went wrong.
///
/// `CONVOKE_TRACE=FILE` appends to a file; `EXECNET_DEBUG=1` writes to `execnet-debug-PID` in the
/// folder for temporary files, `EXECNET_DEBUG=2` to standard error, as execnet does. The environment is
/// read once. Payloads are cut after 64 bytes, but the record may show secrets: files are for their
/// owner alone.
final class WireTrace: Sendable {
  /// The record of this process, if one is wanted.
  static let shared = WireTrace()

  private static let shown = 64
  private let descriptor: Int32
  private let prefix: String
  private let start = ContinuousClock.now

  private init?() {
    let process = getpid()
    if let path = Self.variable("CONVOKE_TRACE") {
      self.descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      self.prefix = ""
      if self.descriptor < 0 { Self.complain("CONVOKE_TRACE", path) }
    } else {
      switch Self.variable("EXECNET_DEBUG") {
      case "1":
        let folder = Self.variable("TMPDIR") ?? "/tmp"
        let path = "\(folder)/execnet-debug-\(process)"
        // Anybody can guess the name: nothing that is there already is written to.
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC
        self.descriptor = unsafe open(path, flags, 0o600)
        self.prefix = ""
        if self.descriptor < 0 { Self.complain("EXECNET_DEBUG", path) }
      case "2":
        self.descriptor = STDERR_FILENO
        self.prefix = "[\(process)] "
      default: return nil
      }
    }
    if self.descriptor < 0 { return nil }
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
    return unsafe String(cString: value)
  }

  private static func complain(_ name: String, _ path: String) {
    let reason = SystemError.text(errno)
    StandardError.write(Array("convoke: \(name): cannot write \(path): \(reason)\n".utf8))
  }

  /// Notes the frames that were received.
  func received(_ event: FrameDecoder.Event, by gateway: String) {
    switch event {
    case .items(let channel, let payloads):
      for payload in payloads {
        self.note("received", .channelData, channel, payload[...], gateway)
      }
    case .frame(let frame):
      self.note("received", frame.code, frame.channel, frame.payload[...], gateway)
    }
  }

  /// Notes the frame that was encoded at the end of what is to be sent.
  func sent(_ bytes: ArraySlice<UInt8>, by gateway: String) {
    guard bytes.count >= Frame.headerLength else { return }
    let start = bytes.startIndex
    let code = MessageCode(rawValue: Int8(bitPattern: bytes[start]))
    let channel = (start + 1..<start + 5).reduce(0) { $0 << 8 | Int32(bytes[$1]) }
    self.note("sent", code, channel, bytes.dropFirst(Frame.headerLength), gateway)
  }

  /// Notes something else.
  func note(_ text: String, by gateway: String) {
    let time = (ContinuousClock.now - self.start) / .seconds(1)
    // One write a line, so that lines of several threads and processes stay whole.
    let line = "\(self.prefix)\(Int(time * 1e6) / 1000) ms \(gateway) \(text)\n"
    _ = Descriptor.write(self.descriptor, Array(line.utf8)[...])
  }

  private func note(
    _ verb: String,
    _ code: MessageCode,
    _ channel: Int32,
    _ payload: ArraySlice<UInt8>,
    _ gateway: String
  ) {
    let rest = payload.count > Self.shown ? "..." : ""
    let content = Self.printable(payload.prefix(Self.shown))
    self.note(
      "\(verb) \(code) channel \(channel) length \(payload.count) \(content)\(rest)",
      by: gateway
    )
  }

  private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\\"): text += "\\\\"
      case 32..<127: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text
  }
}
