import CLZ4
import CSnappy
import CSnappyDecoder
import CZlib
import CZstd

/// A block compression format: one input buffer, one output buffer, no state between them.
package enum Codec: String, Sendable, CaseIterable {
  case uncompressed
  /// The raw block format, without the framing of snappy streams.
  case snappy
  case gzip
  case zstd
  /// The raw block format, without frame or Hadoop header.
  case lz4Raw

  /// The most bytes that `inputBytes` bytes can decode to; a larger claim is a lie, and is refused
  /// before anything is allocated for it.
  package func outputBytesMax(inputBytes: Int) -> Int {
    // Bytes out per byte in: snappy copies 64 bytes with 3, deflate 258 bytes with 2 bits, LZ4
    // grows a match by 255 a byte, and a 4-byte zstd block repeats one byte 128 Ki times.
    let ratio =
      switch self {
      case .uncompressed: 1
      case .snappy: 32
      case .gzip: 1_040
      case .lz4Raw: 256
      case .zstd: 65_536
      }
    let (product, overflow) = inputBytes.multipliedReportingOverflow(by: ratio)
    return overflow ? .max : product
  }

  /// Decodes `input` into `output`, which must come out exactly full.
  package func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    let written: Int
    switch self {
    case .uncompressed:
      guard input.count == output.count else {
        throw CompressionError(self, "\(input.count) bytes where \(output.count) were promised")
      }
      output.copyMemory(from: input)
      return
    case .snappy: written = try decompressSnappy(input, into: output)
    case .gzip: written = try decompressGzip(input, into: output)
    case .zstd: written = try decompressZstd(input, into: output)
    case .lz4Raw: written = try decompressLZ4(input, into: output)
    }
    guard written == output.count else {
      throw CompressionError(
        self, "decodes to \(written) bytes where \(output.count) were promised")
    }
  }

  /// Decodes `input` to an array of exactly `outputBytes` bytes.
  package func decompress(_ input: [UInt8], outputBytes: Int) throws(CompressionError) -> [UInt8] {
    guard outputBytes >= 0, outputBytes <= outputBytesMax(inputBytes: input.count) else {
      throw CompressionError(self, "\(input.count) bytes cannot decode to \(outputBytes)")
    }
    var output = [UInt8](repeating: 0, count: outputBytes)
    try output.withUnsafeMutableBufferPointer { output throws(CompressionError) in
      try input.withUnsafeBufferPointer { input throws(CompressionError) in
        try decompress(
          UnsafeRawBufferPointer(input), into: UnsafeMutableRawBufferPointer(output))
      }
    }
    return output
  }
}

// MARK: One function a library; each returns the number of bytes written

extension Codec {
  private func decompressSnappy(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    guard let source = input.baseAddress else {
      throw CompressionError(self, "no length at the start")
    }
    var declared = 0
    let length = source.assumingMemoryBound(to: CChar.self)
    guard snappy_uncompressed_length(length, input.count, &declared) == SNAPPY_OK,
      let lengthEnd = input.firstIndex(where: { $0 & 0x80 == 0 })
    else { throw CompressionError(self, "no length at the start") }
    guard declared == output.count, let target = output.baseAddress else { return declared }
    let elements = UnsafeRawBufferPointer(rebasing: input[(lengthEnd + 1)...])
    let isWhole = elements.withMemoryRebound(to: UInt8.self) { elements in
      snappy_decode(
        elements.baseAddress, elements.count, target.assumingMemoryBound(to: UInt8.self),
        output.count)
    }
    guard isWhole else { throw CompressionError(self, "corrupt data") }
    return declared
  }

  private func decompressZstd(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    let result = ZSTD_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
    guard ZSTD_isError(result) == 0 else {
      throw CompressionError(self, String(cString: ZSTD_getErrorName(result)))
    }
    return result
  }

  private func decompressLZ4(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    guard let inputCount = Int32(exactly: input.count),
      let outputCount = Int32(exactly: output.count)
    else { throw CompressionError(self, "block too large") }
    // The library refuses a null target even for an empty block.
    var empty: CChar = 0
    let result = withUnsafeMutablePointer(to: &empty) { empty in
      LZ4_decompress_safe(
        input.baseAddress?.assumingMemoryBound(to: CChar.self),
        output.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty, inputCount, outputCount)
    }
    guard result >= 0 else { throw CompressionError(self, "corrupt data") }
    return Int(result)
  }

  private func decompressGzip(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    try Inflater().inflate(input, into: output)
  }
}
