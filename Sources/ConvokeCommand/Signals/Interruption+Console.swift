import Glibc

extension Interruption {
  /// Asks for the end when the output can no longer be written.
  func watch(_ console: Console) {
    console.onBroken { [console] error in
      if error == EPIPE { return self.request(.brokenPipe) }
      let reason = unsafe String(cString: strerror(error))
      console.note("convoke: cannot write to standard output: \(reason)")
      self.request(.outputFailed)
    }
  }
}
