extension [UInt8] {
  /// Appends as many bytes as are asked for, which must all be written.
  mutating func append(writing count: Int, _ body: (inout ByteWriter) -> Void) {
    self.append(addingCapacity: count) { output in
      unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
        guard let base = buffer.baseAddress else { return }
        var writer = unsafe ByteWriter(UnsafeMutableRawPointer(base), capacity: count)
        body(&writer)
        precondition(writer.count == count, "fewer bytes were written than measured")
        initialized = count
      }
    }
  }
}

extension [UInt8] {
  /// Appends some of the bytes of a piece.
  mutating func append(_ piece: Span<UInt8>, from first: Int, count: Int) {
    unsafe piece.withUnsafeBufferPointer { buffer in
      unsafe self.append(contentsOf: buffer[first..<first + count])
    }
  }
}
