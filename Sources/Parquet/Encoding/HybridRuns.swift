/// Parquet's mixture of runs and bit-packed groups: levels, dictionary codes, RLE booleans.
struct HybridRuns {
  enum Run {
    case repeated(value: UInt32, count: Int)
    /// Packed values that start at a byte position.
    case packed(start: Int, count: Int)
  }

  let bytes: PaddedBytes
  /// Bits a value, at most 32.
  let width: Int
  private(set) var position = 0

  init(_ bytes: PaddedBytes, width: Int) throws(DecodingFailure) {
    guard width >= 0, width <= 32 else { throw .malformed("values of \(width) bits") }
    self.bytes = bytes
    self.width = width
  }

  /// The next run, cut to `limit` values (which is at least 1).
  mutating func next(limit: Int) throws(DecodingFailure) -> Run {
    while true {  // every turn consumes a byte
      if width == 0, position == bytes.count { return .repeated(value: 0, count: limit) }
      let header = try runHeader()
      if header & 1 == 0 {
        let value = try repeatedValue()
        let count = Int(truncatingIfNeeded: min(header &>> 1, UInt64(limit)))
        if count > 0 { return .repeated(value: value, count: count) }
      } else {
        let groups = Int(truncatingIfNeeded: min(header &>> 1, UInt64(limit / 8 + 1)))
        let count = min(groups &* 8, limit)
        let start = position
        let left = bytes.count - start
        guard BitUnpacking.byteCount(count, width: width) <= left else { throw .truncated }
        // The last group may be cut where its values end.
        position = start + min(groups &* width, left)
        if count > 0 { return .packed(start: start, count: count) }
      }
    }
  }

  private mutating func runHeader() throws(DecodingFailure) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      guard position < bytes.count else { throw .truncated }
      let byte = bytes.base.load(fromByteOffset: position, as: UInt8.self)
      position &+= 1
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift &+= 7
    }
    throw .malformed("a run length of more than ten bytes")
  }

  private mutating func repeatedValue() throws(DecodingFailure) -> UInt32 {
    let byteCount = (width + 7) / 8
    guard byteCount <= bytes.count - position else { throw .truncated }
    // Four bytes can always be loaded: the input is padded.
    let word = UInt32(littleEndian: (bytes.base + position).loadUnaligned(as: UInt32.self))
    position += byteCount
    let mask = UInt32(truncatingIfNeeded: (UInt64(1) &<< UInt64(byteCount &* 8)) &- 1)
    return word & mask
  }
}

// MARK: Whole pages

extension HybridRuns {
  /// Decodes `count` values of at most 8 bits; each must be at most `maximum`. Writes up to 7
  /// bytes more than asked for.
  static func levels(
    _ bytes: PaddedBytes, maximum: Int, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) {
    let width = Int.bitWidth - maximum.leadingZeroBitCount
    var runs = try HybridRuns(bytes, width: width)
    var largest: UInt8 = 0
    var done = 0
    while done < count {
      switch try runs.next(limit: count - done) {
      case .repeated(let value, let length):
        guard value <= maximum else { throw .malformed("a level above \(maximum)") }
        (output + done).update(repeating: UInt8(value), count: length)
        done += length
      case .packed(let start, let length):
        let found = BitUnpacking.bytes(
          from: bytes.base + start, width: width, count: length, into: output + done)
        largest = max(largest, found)
        done += length
      }
    }
    guard largest <= maximum else { throw .malformed("a level above \(maximum)") }
  }

  /// Decodes `count` dictionary codes, each below `entries`.
  static func codes(
    _ bytes: PaddedBytes, entries: Int, count: Int, into output: UnsafeMutablePointer<UInt32>
  ) throws(DecodingFailure) {
    guard count > 0 else { return }
    var runs = try codeRuns(bytes, entries: entries)
    var largest: UInt32 = 0
    var done = 0
    while done < count {
      switch try runs.next(limit: count - done) {
      case .repeated(let value, let length):
        largest = max(largest, value)
        (output + done).update(repeating: value, count: length)
        done += length
      case .packed(let start, let length):
        let found = BitUnpacking.words(
          from: runs.bytes.base + start, width: runs.width, count: length, into: output + done)
        largest = max(largest, found)
        done += length
      }
    }
    guard largest < entries else { throw outside }
  }

  /// The runs of a page of codes: one byte of width, then the runs.
  private static func codeRuns(
    _ bytes: PaddedBytes, entries: Int
  ) throws(DecodingFailure) -> HybridRuns {
    guard entries > 0 else { throw .malformed("codes into an empty dictionary") }
    let width = Int(try bytes.slice(0, 1).base.load(as: UInt8.self))
    return try HybridRuns(try bytes.dropFirst(1), width: width)
  }

  /// Writes `entryMatches[code]` for each of `count` codes; false if none matches.
  static func matches(
    _ bytes: PaddedBytes, entryMatches: [UInt8], count: Int,
    into output: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) -> Bool {
    guard count > 0 else { return false }
    var runs = try codeRuns(bytes, entries: entryMatches.count)
    var any: UInt8 = 0
    var done = 0
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1024) {
      codes throws(DecodingFailure) in
      guard let codes = codes.baseAddress else { preconditionFailure("memory for 1024 codes") }
      while done < count {
        switch try runs.next(limit: count - done) {
        case .repeated(let value, let length):
          guard value < entryMatches.count else { throw outside }
          (output + done).update(repeating: entryMatches[Int(value)], count: length)
          any |= entryMatches[Int(value)]
          done += length
        case .packed(let start, let length):
          var first = 0
          while first < length {
            // A multiple of eight codes begins at a byte.
            let few = min(1024, length - first)
            let largest = BitUnpacking.words(
              from: bytes.base + 1 + start + first / 8 * runs.width, width: runs.width,
              count: few, into: codes)
            guard largest < entryMatches.count else { throw outside }
            any |= match(codes, few, entryMatches, into: output + done + first)
            first += few
          }
          done += length
        }
      }
    }
    return any != 0
  }

  private static let outside = DecodingFailure.malformed("a code outside the dictionary")

  /// Looks up `count` codes, all inside the dictionary; returns whether any matched, as 0 or 1.
  private static func match(
    _ codes: UnsafePointer<UInt32>, _ count: Int, _ entryMatches: [UInt8],
    into output: UnsafeMutablePointer<UInt8>
  ) -> UInt8 {
    var any: UInt8 = 0
    entryMatches.withUnsafeBufferPointer { matches in
      for i in 0..<count {
        let hit = matches[Int(codes[i])]
        output[i] = hit
        any |= hit
      }
    }
    return any
  }
}
