import Columns

/// The byte strings of one page, end to end: `offsets[i]..<offsets[i + 1]` of `data`.
///
/// Lives in buffers of `StringDecoder` (or in the page itself), so only until the next page.
struct PageStrings {
  let offsets: UnsafePointer<UInt32>
  let count: Int
  let data: PaddedBytes

  func bytes(at index: Int) -> UnsafeRawBufferPointer {
    let start = Int(offsets[index])
    return UnsafeRawBufferPointer(
      start: data.base + start, count: Int(offsets[index + 1]) &- start)
  }
}

/// Brings the byte arrays of any encoding into one form.
final class StringDecoder {
  private let offsets = ByteBuffer()
  private let lengths = ByteBuffer()
  private let prefixes = ByteBuffer()
  private let data = ByteBuffer()

  private let limits: ReadLimits

  init(_ limits: ReadLimits) { self.limits = limits }

  func decode(
    _ bytes: PaddedBytes, encoding: PageEncoding, count: Int, fixedByteCount: Int?
  ) throws(DecodingFailure) -> PageStrings {
    switch (encoding, fixedByteCount) {
    case (.plain, let width?): return try fixed(bytes, count: count, width: width)
    case (.plain, nil): return try plain(bytes, count: count)
    case (.deltaLengthByteArray, nil):
      let (start, offsets) = try deltaOffsets(bytes, count: count)
      return PageStrings(offsets: offsets, count: count, data: try bytes.dropFirst(start))
    case (.deltaByteArray, _): return try prefixed(bytes, count: count)
    case (.byteStreamSplit, let width?):
      let joined = try PlainDecoder.joinStreams(bytes, count: count, width: width, into: data)
      return try fixed(joined, count: count, width: width)
    default: throw .unsupported("encoding \(encoding) of byte arrays")
    }
  }

  private func fixed(
    _ bytes: PaddedBytes, count: Int, width: Int
  ) throws(DecodingFailure) -> PageStrings {
    guard width > 0 else { throw .unsupported("byte arrays of fixed length 0") }
    guard count <= bytes.count / width else { throw .truncated }
    let offsets = self.offsets.room(for: count + 1, of: UInt32.self)
    for i in 0...count { offsets[i] = UInt32(truncatingIfNeeded: i &* width) }
    return PageStrings(offsets: offsets, count: count, data: bytes)
  }

  /// Each string with a 4-byte length in front; the lengths are squeezed out.
  private func plain(
    _ bytes: PaddedBytes, count: Int
  ) throws(DecodingFailure) -> PageStrings {
    guard count <= bytes.count / 4 else { throw .truncated }
    let offsets = self.offsets.room(for: count + 1, of: UInt32.self)
    let target = data.room(for: bytes.count - 4 * count)
    guard let start = target.baseAddress else { preconditionFailure("a buffer has an address") }
    let written = try Self.squeeze(
      bytes, count: count, offsets: offsets, into: start, roomBytes: target.count)
    return PageStrings(offsets: offsets, count: count, data: data.view(0, written))
  }

  /// The strings of a dictionary, brought straight into a table.
  static func table(plain bytes: PaddedBytes, count: Int) throws(DecodingFailure) -> StringTable {
    guard count <= bytes.count / 4 else { throw .truncated }
    let room = bytes.count - 4 * count
    var texts = OutputColumn<UInt8>(exactly: room + PaddedBytes.padding)
    var offsets = OutputColumn<UInt32>(exactly: count + 1)
    try texts.write(upTo: room + PaddedBytes.padding) { target throws(DecodingFailure) in
      var written = 0
      try offsets.write(upTo: count + 1) { ends throws(DecodingFailure) in
        written = try squeeze(
          bytes, count: count, offsets: ends, into: UnsafeMutableRawPointer(target),
          roomBytes: room)
        return count + 1
      }
      return written
    }
    return StringTable(offsets: offsets.finish(), bytes: texts.finish())
  }

  /// Whether `wanted` is one of the strings; all lengths are checked where it is not.
  static func holds(
    _ wanted: [UInt8], plain bytes: PaddedBytes, count: Int
  ) throws(DecodingFailure) -> Bool {
    var position = 0
    for _ in 0..<count {
      let length = try bytes.length(at: position)
      position &+= 4
      guard length <= bytes.count &- position else { throw .truncated }
      if length == wanted.count {
        var same = 0
        while same < length,
          (bytes.base + position + same).load(as: UInt8.self) == wanted[same]
        {
          same &+= 1
        }
        if same == length { return true }
      }
      position &+= length
    }
    return false
  }

  /// Writes `count + 1` offsets and the strings, at most `roomBytes` of them and up to 16 bytes
  /// past the last; returns how many bytes the strings take.
  private static func squeeze(
    _ bytes: PaddedBytes, count: Int, offsets: UnsafeMutablePointer<UInt32>,
    into start: UnsafeMutableRawPointer, roomBytes: Int
  ) throws(DecodingFailure) -> Int {
    var position = 0
    var written = 0
    offsets[0] = 0
    for i in 0..<count {
      let length = try bytes.length(at: position)
      position &+= 4
      guard length <= bytes.count - position, length <= roomBytes - written else {
        throw .truncated
      }
      let source = bytes.base + position
      if length <= 16 {
        // Both ends are padded: two words are copied sooner than it is seen how many bytes to copy.
        (start + written).storeBytes(
          of: source.loadUnaligned(as: SIMD2<UInt64>.self), as: SIMD2<UInt64>.self)
      } else {
        (start + written).copyMemory(from: source, byteCount: length)
      }
      position &+= length
      written &+= length
      offsets[i &+ 1] = UInt32(truncatingIfNeeded: written)
    }
    return written
  }

  /// Delta-coded lengths summed to offsets; also says where the bytes after them start.
  private func deltaOffsets(
    _ bytes: PaddedBytes, count: Int
  ) throws(DecodingFailure) -> (Int, UnsafeMutablePointer<UInt32>) {
    let lengths = self.lengths.room(for: count, of: Int64.self)
    let start = try DeltaDecoder.decode(
      bytes, count: count, arithmetic: .signed32, into: lengths)
    let offsets = self.offsets.room(for: count + 1, of: UInt32.self)
    var total: Int64 = 0
    // A negative length shows in the sign bit; the sum of non-negative 32-bit lengths cannot
    // overflow 64 bits.
    var signs: Int64 = 0
    offsets[0] = 0
    for i in 0..<count {
      signs |= lengths[i]
      total &+= lengths[i]
      offsets[i &+ 1] = UInt32(truncatingIfNeeded: total)
    }
    guard signs >= 0 else { throw .malformed("a length below zero") }
    guard total <= bytes.count - start else { throw .truncated }
    return (start, offsets)
  }

  /// DELTA_BYTE_ARRAY: how much of the previous string to repeat, then the rest.
  private func prefixed(
    _ bytes: PaddedBytes, count: Int
  ) throws(DecodingFailure) -> PageStrings {
    let prefixes = self.prefixes.room(for: count, of: Int64.self)
    let used = try DeltaDecoder.decode(
      bytes, count: count, arithmetic: .signed32, into: prefixes)
    let tail = try bytes.dropFirst(used)
    let (start, offsets) = try deltaOffsets(tail, count: count)
    let suffixes = try tail.dropFirst(start)
    let total = try prefixedTotal(prefixes, offsets, count)
    let target = data.room(for: total)
    guard let output = target.baseAddress else { preconditionFailure("a buffer has an address") }
    var written = 0
    var previous = 0
    for i in 0..<count {
      let prefix = Int(prefixes[i])
      let suffix = Int(offsets[i])
      let suffixCount = Int(offsets[i &+ 1]) &- suffix
      (output + written).copyMemory(from: output + previous, byteCount: prefix)
      (output + written + prefix).copyMemory(from: suffixes.base + suffix, byteCount: suffixCount)
      // `offsets[i]` is not needed any more: it becomes the start of the joined string.
      offsets[i] = UInt32(truncatingIfNeeded: written)
      previous = written
      written &+= prefix &+ suffixCount
    }
    offsets[count] = UInt32(truncatingIfNeeded: written)
    return PageStrings(offsets: offsets, count: count, data: data.view(0, written))
  }

  /// Checks that no prefix is longer than the string before it, and sums the lengths.
  private func prefixedTotal(
    _ prefixes: UnsafeMutablePointer<Int64>, _ offsets: UnsafeMutablePointer<UInt32>, _ count: Int
  ) throws(DecodingFailure) -> Int {
    var total = 0
    var previous: Int64 = 0
    for i in 0..<count {
      guard prefixes[i] >= 0, prefixes[i] <= previous else {
        throw .malformed("a prefix longer than the string before")
      }
      previous = prefixes[i] &+ Int64(offsets[i &+ 1] &- offsets[i])
      total += Int(previous)
      guard total <= limits.pageTextBytesMax else {
        throw .limit("a page with more than \(limits.pageTextBytesMax) bytes of strings")
      }
    }
    return total
  }
}
