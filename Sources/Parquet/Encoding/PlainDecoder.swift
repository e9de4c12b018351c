/// PLAIN and BYTE_STREAM_SPLIT values of fixed width.
enum PlainDecoder {
  /// The bytes of `count` values of `width` bytes, checked to be there.
  private static func body(
    _ bytes: PaddedBytes, _ count: Int, width: Int
  ) throws(DecodingFailure) -> UnsafeRawPointer {
    guard bytes.count / width >= count else { throw .truncated }
    return bytes.base
  }

  static func int64(
    _ bytes: PaddedBytes, count: Int, into output: UnsafeMutablePointer<Int64>
  ) throws(DecodingFailure) {
    UnsafeMutableRawPointer(output).copyMemory(
      from: try body(bytes, count, width: 8), byteCount: count * 8)
  }

  static func int32(
    _ bytes: PaddedBytes, count: Int, isUnsigned: Bool, into output: UnsafeMutablePointer<Int64>
  ) throws(DecodingFailure) {
    let source = try body(bytes, count, width: 4)
    if isUnsigned {
      for i in 0..<count {
        output[i] = Int64((source + i &* 4).loadUnaligned(as: UInt32.self).littleEndian)
      }
    } else {
      for i in 0..<count {
        output[i] = Int64((source + i &* 4).loadUnaligned(as: Int32.self).littleEndian)
      }
    }
  }

  static func double(
    _ bytes: PaddedBytes, count: Int, into output: UnsafeMutablePointer<Double>
  ) throws(DecodingFailure) {
    UnsafeMutableRawPointer(output).copyMemory(
      from: try body(bytes, count, width: 8), byteCount: count * 8)
  }

  static func float(
    _ bytes: PaddedBytes, count: Int, into output: UnsafeMutablePointer<Double>
  ) throws(DecodingFailure) {
    let source = try body(bytes, count, width: 4)
    for i in 0..<count {
      let bits = (source + i &* 4).loadUnaligned(as: UInt32.self).littleEndian
      output[i] = Double(Float(bitPattern: bits))
    }
  }

  /// One bit a value; writes up to 7 bytes more than asked for.
  static func boolean(
    _ bytes: PaddedBytes, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) {
    guard BitUnpacking.byteCount(count, width: 1) <= bytes.count else { throw .truncated }
    _ = BitUnpacking.bytes(from: bytes.base, width: 1, count: count, into: output)
  }

  /// Puts the bytes of each value, stored in `width` separate streams, side by side again.
  static func joinStreams(
    _ bytes: PaddedBytes, count: Int, width: Int, into output: ByteBuffer
  ) throws(DecodingFailure) -> PaddedBytes {
    guard width > 0 else { return PaddedBytes(base: bytes.base, count: 0) }
    let source = try body(bytes, count, width: width)
    // The streams share the body equally, whatever the number of values.
    let stride = bytes.count / width
    let target = output.room(for: count * width)
    for k in 0..<width {
      let stream = source + k * stride
      for i in 0..<count {
        target[i &* width &+ k] = stream.load(fromByteOffset: i, as: UInt8.self)
      }
    }
    return output.view(0, count * width)
  }
}
