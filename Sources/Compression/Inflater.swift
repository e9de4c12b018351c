import CZlib

/// zlib's decoder for gzip members one after the other (zlib wrappers are recognised as well).
struct Inflater: ~Copyable {
  /// zlib keeps a pointer back to its stream, so the stream must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 32 asks zlib to tell gzip from zlib wrappers by the header.
    let status = inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw CompressionError(.gzip, "zlib does not start") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decodes all members of `input`; returns the number of bytes written to `output`, which may
  /// be fewer than it has room for.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    guard let inputCount = UInt32(exactly: input.count),
      let outputCount = UInt32(exactly: output.count)
    else { throw CompressionError(.gzip, "block too large") }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = inputCount
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = outputCount
    while true {  // each turn consumes input, fills the output or leaves
      let status = stream.pointee.avail_out > 0 ? CZlib.inflate(stream, Z_NO_FLUSH) : try finish()
      guard status == Z_OK || status == Z_STREAM_END else {
        throw CompressionError(.gzip, "corrupt or cut data")
      }
      if status == Z_STREAM_END {
        if stream.pointee.avail_in == 0 { return Int(outputCount - stream.pointee.avail_out) }
        guard inflateReset(stream) == Z_OK else {
          throw CompressionError(.gzip, "corrupt data after the first member")
        }
      }
    }
  }

  /// Decodes from the front of `input` what fits into `output`; at the end of a member the next one
  /// may begin.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    let inputCount = UInt32(min(input.count, Int(UInt32.max)))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = inputCount
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let status = CZlib.inflate(stream, Z_NO_FLUSH)
    guard status == Z_OK || status == Z_STREAM_END,
      status != Z_STREAM_END || inflateReset(stream) == Z_OK
    else { throw CompressionError(.gzip, "corrupt or cut data") }
    return StreamStep(
      consumed: Int(inputCount - stream.pointee.avail_in),
      written: output.count - Int(stream.pointee.avail_out), isOpen: status != Z_STREAM_END)
  }

  /// Reads what is left when the output is full: a trailer, or bytes that prove the promise wrong.
  private func finish() throws(CompressionError) -> Int32 {
    // zlib wants a target even when nothing is left to write.
    var spare: UInt8 = 0
    return try withUnsafeMutablePointer(to: &spare) { spare throws(CompressionError) in
      stream.pointee.next_out = spare
      stream.pointee.avail_out = 1
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      guard stream.pointee.avail_out == 1 else {
        throw CompressionError(.gzip, "decodes to more bytes than promised")
      }
      stream.pointee.avail_out = 0
      return status
    }
  }
}
