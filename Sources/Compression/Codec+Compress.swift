import CLZ4
import CSnappy
import CZlib
import CZstd

extension Codec {
  /// The compressed form of `input` in this format, as pages of Parquet files hold it.
  ///
  /// zstd runs at its level 3, gzip at level 6: what files written elsewhere use.
  package func compress(_ input: [UInt8]) -> [UInt8] {
    input.withUnsafeBytes { compress($0) }
  }

  /// The compressed form of the bytes of `input`.
  package func compress(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    switch self {
    case .uncompressed: return Array(input)
    case .snappy: return compressSnappy(input)
    case .gzip: return compressGzip(input)
    case .zstd: return compressZstd(input)
    case .lz4Raw: return compressLZ4(input)
    }
  }

  private func compressSnappy(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    let capacity = snappy_max_compressed_length(input.count)
    return filled(capacity: capacity) { target in
      // The library refuses a null source even if it is to read nothing from it.
      var empty: CChar = 0
      var written = capacity
      let status = withUnsafePointer(to: &empty) { empty in
        snappy_compress(
          input.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty, input.count,
          UnsafeMutableRawPointer(target).assumingMemoryBound(to: CChar.self), &written)
      }
      precondition(status == SNAPPY_OK, "snappy compresses everything that there is room for")
      return written
    }
  }

  private func compressZstd(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    let capacity = ZSTD_compressBound(input.count)
    return filled(capacity: capacity) { target in
      let written = ZSTD_compress(target, capacity, input.baseAddress, input.count, 3)
      precondition(ZSTD_isError(written) == 0, "zstd compresses everything that there is room for")
      return written
    }
  }

  private func compressLZ4(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    precondition(input.count <= Int(LZ4_MAX_INPUT_SIZE), "a page fits one LZ4 block")
    let capacity = Int(LZ4_compressBound(Int32(input.count)))
    return filled(capacity: capacity) { target in
      Int(
        LZ4_compress_default(
          input.baseAddress?.assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(target).assumingMemoryBound(to: CChar.self), Int32(input.count),
          Int32(capacity)))
    }
  }

  private func compressGzip(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window; 16 asks zlib for the gzip wrapper.
    let started = deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(started == Z_OK, "zlib starts")
    defer { deflateEnd(&stream) }
    let capacity = Int(deflateBound(&stream, UInt(input.count))) + 64
    return filled(capacity: capacity) { target in
      stream.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(input.count)
      stream.next_out = target
      stream.avail_out = UInt32(capacity)
      let status = deflate(&stream, Z_FINISH)
      precondition(status == Z_STREAM_END, "deflate ends within its own bound")
      return capacity - Int(stream.avail_out)
    }
  }

  /// An array of at most `capacity` bytes of which `fill` says how many it wrote.
  private func filled(
    capacity: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(1, capacity)) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      count = fill(target)
    }
  }
}
