/// A view of bytes behind which at least `padding` more bytes may be read (their content is
/// arbitrary), so that decoders can load whole words at the end.
///
/// The owner (`ByteBuffer`) must outlive the view.
package struct PaddedBytes {
  /// Enough for two words past the end.
  package static let padding = 16

  let base: UnsafeRawPointer
  let count: Int

  init(base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }

  /// A part of these bytes; damaged input asks for parts that are not there.
  func slice(_ start: Int, _ count: Int) throws(DecodingFailure) -> PaddedBytes {
    guard start >= 0, count >= 0, start <= self.count, count <= self.count - start else {
      throw .truncated
    }
    return PaddedBytes(base: base + start, count: count)
  }

  func dropFirst(_ n: Int) throws(DecodingFailure) -> PaddedBytes { try slice(n, count - n) }

  /// A 4-byte little-endian length at `position`.
  func length(at position: Int) throws(DecodingFailure) -> Int {
    guard position >= 0, position <= count - 4 else { throw .truncated }
    return Int(UInt32(littleEndian: (base + position).loadUnaligned(as: UInt32.self)))
  }

  var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}

/// Memory for bytes read or decompressed, used again for the next page.
package final class ByteBuffer {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init(capacity: Int = 0) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity + PaddedBytes.padding, alignment: 16)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity + PaddedBytes.padding)
  }

  /// A copy of `bytes`.
  package convenience init(_ bytes: [UInt8]) {
    self.init(capacity: bytes.count)
    UnsafeMutableRawBufferPointer(start: base, count: bytes.count).copyBytes(from: bytes)
  }

  deinit { base.deallocate() }

  /// Room for `count` bytes; what was in the buffer is lost.
  func room(for count: Int) -> UnsafeMutableRawBufferPointer {
    if count > capacity {
      base.deallocate()
      capacity = max(count, capacity + capacity / 2)
      base = .allocate(byteCount: capacity + PaddedBytes.padding, alignment: 16)
    }
    (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: PaddedBytes.padding)
    return UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  /// Room for `count` values of one type; what was in the buffer is lost.
  func room<T: BitwiseCopyable>(for count: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
    guard let start = room(for: count * MemoryLayout<T>.stride).baseAddress else {
      preconditionFailure("a buffer always has an address")
    }
    return start.bindMemory(to: type, capacity: count)
  }

  package func view(_ start: Int, _ count: Int) -> PaddedBytes {
    precondition(start >= 0 && count >= 0 && start + count <= capacity, "views lie in the buffer")
    return PaddedBytes(base: base + start, count: count)
  }
}
