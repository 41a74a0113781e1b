/// What libFuzzer calls with bytes that may be anything.
///
/// What is read must be written, and read again, the same; what is not must be an error. The depth
/// is the greatest there is, and the limit on memory far below libFuzzer's own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzValues(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let limits = WireLimits(memory: 4 << 20, depth: WireLimits.deepest)
  let coercions = [
    WireStringCoercion.channel, .loads, WireStringCoercion(python2String: .kept, isTextBytes: true),
  ]
  for strings in coercions {
    var serializer = WireSerializer(form: .message, limits: limits, strings: strings)
    guard let value = try? serializer.value(from: input) else { continue }
    // Text that has become bytes is written as bytes: from here on nothing is coerced.
    serializer.strings = WireStringCoercion(python2String: .kept)
    // A list of many elements that were never set may be too long to be written.
    guard let bytes = try? serializer.bytes(of: value) else { continue }
    // Elements that were set take working space, too.
    serializer.limits.memory *= 16
    guard let again = try? serializer.value(from: bytes) else {
      preconditionFailure("what was written cannot be read")
    }
    precondition((try? serializer.bytes(of: again)) == bytes, "the bytes differ")
  }
  return 0
}
