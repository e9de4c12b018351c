/// Decodes whole files and request bodies whose decoded size nobody has announced.
package enum StreamDecoder {
  /// All members or frames of `input`, decoded; more than `bytesMax` bytes are refused.
  package static func decode(
    _ input: [UInt8], _ format: StreamFormat, bytesMax: Int
  ) throws(CompressionError) -> [UInt8] {
    switch format {
    case .gzip: return try run(ZlibStream(), over: input, bytesMax)
    case .zstd: return try run(ZstdStream(), over: input, bytesMax)
    case .lz4: return try run(LZ4Stream(), over: input, bytesMax)
    case .snappyFramed: return try SnappyFrames.decode(input, bytesMax: bytesMax)
    }
  }

  private static let pieceBytes = 1 << 18

  private static func run(
    _ stream: consuming some LibraryStream & ~Copyable, over input: [UInt8], _ bytesMax: Int
  ) throws(CompressionError) -> [UInt8] {
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    var position = 0
    var isOpen = true
    while position < input.count || isOpen {  // each turn consumes input, yields output or leaves
      let step = try input.withUnsafeBufferPointer { input throws(CompressionError) in
        try piece.withUnsafeMutableBufferPointer { piece throws(CompressionError) in
          try stream.step(
            UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: input[position...])),
            into: UnsafeMutableRawBufferPointer(piece))
        }
      }
      guard step.consumed + step.written > 0 else {
        throw CompressionError(stream.codec, "the data is cut off")
      }
      position += step.consumed
      try append(piece[..<step.written], to: &output, stream.codec, bytesMax)
      isOpen = step.isOpen
    }
    return output
  }

  static func append(
    _ piece: ArraySlice<UInt8>, to output: inout [UInt8], _ codec: Codec, _ bytesMax: Int
  ) throws(CompressionError) {
    guard output.count + piece.count <= bytesMax else {
      throw CompressionError(
        codec, "decodes to more than the \(bytesMax) bytes allowed", exceedsLimit: true)
    }
    output.append(contentsOf: piece)
  }
}
