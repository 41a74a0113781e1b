import Glibc

extension OutputOptions {
  var needsPump: Bool {
    !self.isInherited
      && (self.file != nil || self.chunkHandler != nil || self.lineHandler != nil)
  }
}

/// Carries one stream to its file and its handlers.
struct OutputPump: Sendable {
  private let options: OutputOptions
  private let subscription: OutputSubscription

  init(_ options: OutputOptions, _ subscription: OutputSubscription) {
    self.options = options
    self.subscription = subscription
  }

  /// Runs to the end of the stream.
  ///
  /// - Returns: What kept the output from its file, as a sentence; `nil` if nothing did.
  func run() async -> String? {
    var file = self.options.file.map { OutputFile($0) }
    var splitter = LineSplitter()
    var stream = OutputStream.stdout
    while true {
      let chunks = await self.subscription.next()
      if chunks.isEmpty { break }
      for chunk in chunks {
        stream = chunk.stream
        file?.write(chunk.bytes)
        await self.options.chunkHandler?(chunk)
        guard let handler = self.options.lineHandler else { continue }
        for line in splitter.append(chunk.bytes) { await handler(OutputLine(stream, line)) }
      }
    }
    if let handler = self.options.lineHandler, let line = splitter.finish() {
      await handler(OutputLine(stream, line))
    }
    return file?.close()
  }
}

/// A file that output is written to; the first failure is kept, and nothing is written after it.
private struct OutputFile {
  private let path: String
  private let descriptor: Int32
  private var failure: String?

  init(_ file: OutputOptions.File) {
    self.path = file.path
    let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (file.appending ? O_APPEND : O_TRUNC)
    self.descriptor = unsafe open(file.path, mode, 0o666)
    if self.descriptor < 0 { self.failure = self.sentence("open", errno) }
  }

  mutating func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while self.failure == nil, !rest.isEmpty {
      switch Descriptor.write(self.descriptor, rest) {
      case .moved(let count): rest = rest.dropFirst(count)
      case .wouldBlock, .ended: self.failure = self.sentence("write to", errno)
      }
    }
  }

  func close() -> String? {
    Descriptor.close(self.descriptor)
    return self.failure
  }

  private func sentence(_ verb: String, _ error: Int32) -> String {
    "cannot \(verb) \(self.path): \(SystemError.text(error))"
  }
}
