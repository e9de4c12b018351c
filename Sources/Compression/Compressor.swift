import CZlib
import CZstd

/// Compresses what is sent: whole bodies, at settings that favour speed.
package enum Compressor: String, Sendable, CaseIterable {
  case zstd, gzip

  /// `bytes` compressed; nil if that fails or gains nothing.
  package func compress(_ bytes: [UInt8]) -> [UInt8]? {
    let compressed =
      switch self {
      case .zstd: zstd(bytes)
      case .gzip: gzip(bytes)
      }
    guard let compressed, compressed.count < bytes.count else { return nil }
    return compressed
  }

  private func zstd(_ bytes: [UInt8]) -> [UInt8]? {
    let bound = ZSTD_compressBound(bytes.count)
    var isWritten = false
    let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let result = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 1)
      isWritten = ZSTD_isError(result) == 0
      count = isWritten ? result : 0
    }
    return isWritten ? output : nil
  }

  private func gzip(_ bytes: [UInt8]) -> [UInt8]? {
    guard let inputCount = UInt32(exactly: bytes.count) else { return nil }
    // zlib keeps a pointer back to its stream, so the stream must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // 15 bits of window; 16 asks for a gzip header.
    let status = deflateInit2_(
      stream, 3, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { deflateEnd(stream) }
    let bound = Int(deflateBound(stream, UInt(bytes.count)))
    guard let outputCount = UInt32(exactly: bound) else { return nil }
    var isWritten = false
    let output = bytes.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = inputCount
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = outputCount
        isWritten = deflate(stream, Z_FINISH) == Z_STREAM_END
        count = isWritten ? bound - Int(stream.pointee.avail_out) : 0
      }
    }
    return isWritten ? output : nil
  }
}
