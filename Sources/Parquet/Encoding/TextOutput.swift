import Columns

/// A text column under construction: codes of a dictionary, strings of plain pages, or both.
struct TextOutput {
  private var codes: OutputColumn<UInt32>
  private var offsets = OutputColumn<UInt32>(reserving: 0)
  private var bytes = OutputColumn<UInt8>(reserving: 0)
  private let dictionary: StringTable?
  /// Some page had strings of its own.
  private var hasPlainValues = false

  init(dictionary: StringTable?, reserving estimate: Int) {
    self.dictionary = dictionary
    codes = OutputColumn(reserving: estimate)
  }

  var count: Int { codes.count }
  /// Bytes of strings in a table of the column's own.
  var byteCount: Int { bytes.count }

  /// Appends codes of the dictionary, which the caller has checked.
  mutating func writeCodes(
    upTo room: Int,
    _ body: (UnsafeMutablePointer<UInt32>) throws(DecodingFailure) -> Int
  ) throws(DecodingFailure) {
    try codes.write(upTo: room, body)
  }

  /// Appends the strings of `range`.
  mutating func append(
    _ strings: PageStrings, _ range: Range<Int>
  ) throws(DecodingFailure) {
    guard !range.isEmpty else { return }
    if !hasPlainValues { beginPlainValues(reserving: range.count) }
    let from = strings.offsets[range.lowerBound]
    let byteCount = Int(strings.offsets[range.upperBound] &- from)
    guard bytes.count + byteCount <= Int(UInt32.max) else {
      throw .limit("more than 4 GiB of text in one read")
    }
    let base = UInt32(truncatingIfNeeded: bytes.count) &- from
    let firstCode = UInt32(truncatingIfNeeded: offsets.count - 1)
    bytes.append(
      copying: (strings.data.base + Int(from)).assumingMemoryBound(to: UInt8.self),
      count: byteCount)
    let ends = strings.offsets + range.lowerBound + 1
    offsets.write(upTo: range.count) { target in
      for i in 0..<range.count { target[i] = ends[i] &+ base }
      return range.count
    }
    codes.write(upTo: range.count) { target in
      for i in 0..<range.count { target[i] = firstCode &+ UInt32(truncatingIfNeeded: i) }
      return range.count
    }
  }

  /// Plain strings follow those of the dictionary in a table of the column's own.
  private mutating func beginPlainValues(reserving estimate: Int) {
    hasPlainValues = true
    guard let dictionary else {
      offsets = OutputColumn(reserving: estimate + 1)
      offsets.append(0)
      return
    }
    offsets = OutputColumn(reserving: dictionary.offsets.count + estimate)
    bytes = OutputColumn(reserving: dictionary.bytes.count)
    dictionary.offsets.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      offsets.append(copying: base, count: source.count)
    }
    dictionary.bytes.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      bytes.append(copying: base, count: source.count)
    }
  }

  mutating func finish() -> TextColumn {
    guard hasPlainValues else {
      // Without plain values there are only codes of the dictionary, or nothing.
      return TextColumn(
        codes: codes.finish(), table: dictionary ?? .empty, isDistinct: dictionary != nil)
    }
    return TextColumn(
      codes: codes.finish(),
      table: StringTable(offsets: offsets.finish(), bytes: bytes.finish()), isDistinct: false)
  }
}
