import CLZ4
import CZlib
import CZstd

/// What one call of a library's decoder did.
struct StreamStep {
  var consumed: Int
  var written: Int
  /// The member or frame goes on.
  var isOpen: Bool
}

/// A library's decoder with its state. At the end of a member or frame it is ready for the next.
protocol LibraryStream: ~Copyable {
  var codec: Codec { get }

  /// Decodes from the front of `input` what fits into `output`.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep
}

struct ZlibStream: LibraryStream, ~Copyable {
  let codec = Codec.gzip
  private let inflater: Inflater

  init() throws(CompressionError) { inflater = try Inflater() }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    try inflater.step(input, into: output)
  }
}

struct ZstdStream: LibraryStream, ~Copyable {
  let codec = Codec.zstd
  private let context: OpaquePointer

  init() throws(CompressionError) {
    guard let context = ZSTD_createDCtx() else {
      throw CompressionError(.zstd, "zstd does not start")
    }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let wanted = ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(wanted) == 0 else {
      throw CompressionError(.zstd, String(cString: ZSTD_getErrorName(wanted)))
    }
    return StreamStep(consumed: source.pos, written: target.pos, isOpen: wanted > 0)
  }
}

struct LZ4Stream: LibraryStream, ~Copyable {
  let codec = Codec.lz4Raw
  private let context: OpaquePointer

  init() throws(CompressionError) {
    var context: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0,
      let context
    else { throw CompressionError(.lz4Raw, "LZ4 does not start") }
    self.context = context
  }

  deinit { LZ4F_freeDecompressionContext(context) }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    var consumed = input.count
    var written = output.count
    let wanted = LZ4F_decompress(
      context, output.baseAddress, &written, input.baseAddress, &consumed, nil)
    guard LZ4F_isError(wanted) == 0 else {
      // After an error the context is undefined; it is not asked again.
      throw CompressionError(.lz4Raw, String(cString: LZ4F_getErrorName(wanted)))
    }
    return StreamStep(consumed: consumed, written: written, isOpen: wanted > 0)
  }
}
