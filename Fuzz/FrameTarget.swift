/// What libFuzzer calls with bytes that may be anything.
///
/// The frames must be the same however the bytes are cut, and must be written again the same. The
/// first byte says how long the pieces are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let size = input.first else { return 0 }
  let stream = [UInt8](input.dropFirst())
  let whole = decode(stream, size: max(1, stream.count))
  let pieces = decode(stream, size: Int(size) + 1)
  precondition(whole.frames == pieces.frames, "the frames differ")
  precondition(whole.error?.code == pieces.error?.code, "the errors differ")
  precondition(whole.error?.offset == pieces.error?.offset, "the places of the errors differ")
  var written: [UInt8] = []
  for frame in whole.frames { try? FrameEncoder().append(frame, to: &written) }
  precondition(written[...] == stream.prefix(written.count), "the bytes differ")
  return 0
}

/// The frames of a stream that comes in pieces, and the error at its end.
func decode(_ stream: [UInt8], size: Int) -> (frames: [Frame], error: WireError?) {
  var decoder = FrameDecoder(limit: 1 << 20)
  var frames: [Frame] = []
  do throws(WireError) {
    for start in stride(from: 0, to: stream.count, by: size) {
      decoder.feed([UInt8](stream[start..<min(start + size, stream.count)]))
      while let frame = try decoder.next() { frames.append(frame) }
    }
    try decoder.finish()
    return (frames, nil)
  } catch {
    return (frames, error)
  }
}
