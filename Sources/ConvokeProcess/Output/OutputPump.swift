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
  private let file: OutputOptions.File
  private var descriptor: Int32?
  private var failure: String?

  init(_ file: OutputOptions.File) {
    self.file = file
    if !file.onlyWithOutput { _ = self.opened() }
  }

  private mutating func opened() -> Int32 {
    if let descriptor = self.descriptor { return descriptor }
    if self.file.onlyWithOutput { Self.makeFolder(of: self.file.path[...]) }
    let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (self.file.appending ? O_APPEND : O_TRUNC)
    let descriptor = unsafe open(self.file.path, mode, 0o666)
    if descriptor < 0 { self.failure = self.sentence("open", errno) }
    self.descriptor = descriptor
    return descriptor
  }

  // What cannot be made is found out by opening the file.
  private static func makeFolder(of path: Substring) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let folder = path[..<slash]
    guard unsafe mkdir(String(folder), 0o777) < 0, errno == ENOENT else { return }
    self.makeFolder(of: folder)
    _ = unsafe mkdir(String(folder), 0o777)
  }

  mutating func write(_ bytes: [UInt8]) {
    let descriptor = self.opened()
    var rest = bytes[...]
    while self.failure == nil, !rest.isEmpty {
      switch Descriptor.write(descriptor, rest) {
      case .moved(let count): rest = rest.dropFirst(count)
      case .wouldBlock, .ended: self.failure = self.sentence("write to", errno)
      }
    }
  }

  func close() -> String? {
    if let descriptor = self.descriptor { Descriptor.close(descriptor) }
    return self.failure
  }

  private func sentence(_ verb: String, _ error: Int32) -> String {
    "cannot \(verb) \(self.file.path): \(SystemError.text(error))"
  }
}
