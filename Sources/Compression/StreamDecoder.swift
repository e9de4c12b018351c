import CZlib
import CZstd

/// Decodes whole files and request bodies whose decoded size nobody has announced.
package enum StreamDecoder {
  /// The format that the first bytes of a file announce; nil for anything else.
  package static func codec(of bytes: [UInt8]) -> Codec? {
    if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
    if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
    return nil
  }

  /// All members or frames of `input`, decoded; more than `bytesMax` bytes are refused.
  ///
  /// `codec` is gzip, which stands for zlib streams too, or zstd.
  package static func decode(
    _ input: [UInt8], _ codec: Codec, bytesMax: Int
  ) throws(CompressionError) -> [UInt8] {
    switch codec {
    case .gzip: return try inflate(input, bytesMax: bytesMax)
    case .zstd: return try decodeZstd(input, bytesMax: bytesMax)
    default: preconditionFailure("only gzip and zstd know where they end")
    }
  }

  private static let pieceBytes = 1 << 18

  private static func inflate(
    _ input: [UInt8], bytesMax: Int
  ) throws(CompressionError) -> [UInt8] {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw CompressionError(.gzip, "zlib does not start") }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    var position = 0
    var isOpen = true
    while position < input.count || isOpen {  // each turn consumes input, yields output or leaves
      let (status, consumed, written) = input.withUnsafeBufferPointer { input in
        piece.withUnsafeMutableBufferPointer { piece in
          let left = min(input.count - position, Int(UInt32.max))
          stream.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { $0 + position })
          stream.avail_in = UInt32(left)
          stream.next_out = piece.baseAddress
          stream.avail_out = UInt32(piece.count)
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return (status, left - Int(stream.avail_in), piece.count - Int(stream.avail_out))
        }
      }
      guard status == Z_OK || status == Z_STREAM_END, consumed + written > 0 else {
        throw CompressionError(.gzip, "corrupt or cut data")
      }
      position += consumed
      try append(piece[..<written], to: &output, .gzip, bytesMax)
      isOpen = status != Z_STREAM_END
      if !isOpen, position < input.count, inflateReset(&stream) != Z_OK {
        throw CompressionError(.gzip, "corrupt data after the first member")
      }
    }
    return output
  }

  private static func decodeZstd(
    _ input: [UInt8], bytesMax: Int
  ) throws(CompressionError) -> [UInt8] {
    guard let context = ZSTD_createDCtx() else {
      throw CompressionError(.zstd, "zstd does not start")
    }
    defer { ZSTD_freeDCtx(context) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    var position = 0
    var wanted = 1
    // Each turn consumes input, yields output or leaves.
    while position < input.count || wanted > 0 {
      let (result, consumed, written) = input.withUnsafeBytes { input in
        piece.withUnsafeMutableBytes { piece in
          var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: position)
          var target = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
          let result = ZSTD_decompressStream(context, &target, &source)
          return (result, source.pos - position, target.pos)
        }
      }
      guard ZSTD_isError(result) == 0 else {
        throw CompressionError(.zstd, String(cString: ZSTD_getErrorName(result)))
      }
      guard consumed + written > 0 else { throw CompressionError(.zstd, "the data is cut off") }
      position += consumed
      wanted = result
      try append(piece[..<written], to: &output, .zstd, bytesMax)
    }
    return output
  }

  private static func append(
    _ piece: ArraySlice<UInt8>, to output: inout [UInt8], _ codec: Codec, _ bytesMax: Int
  ) throws(CompressionError) {
    guard output.count + piece.count <= bytesMax else {
      throw CompressionError(codec, "decodes to more than the \(bytesMax) bytes allowed")
    }
    output.append(contentsOf: piece)
  }
}
