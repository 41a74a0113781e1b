/// Strings as the system calls want them: pointers to bytes that end in NUL, and a null pointer last.
enum CStringArray {
  static func with<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
      offsets.append(bytes.count)
      bytes += string.utf8.map { CChar(bitPattern: $0) }
      bytes.append(0)
    }
    return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var pointers = unsafe [UnsafeMutablePointer<CChar>?]()
      unsafe pointers.reserveCapacity(offsets.count + 1)
      for offset in offsets {
        unsafe pointers.append(unsafe buffer.baseAddress?.advanced(by: offset))
      }
      unsafe pointers.append(nil)
      return unsafe pointers.withUnsafeBufferPointer { list in
        guard let start = list.baseAddress else {
          preconditionFailure("the list has at least its last, null element")
        }
        return unsafe body(start)
      }
    }
  }
}
