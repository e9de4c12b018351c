/// Writes Parquet's mixture of runs and bit-packed groups: levels and dictionary codes.
enum HybridEncoder {
  /// Appends `values`, each of `width` bits, to `output`, without a length in front.
  static func append<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: Span<Value>, width: Int, to output: inout [UInt8]
  ) {
    precondition(width >= 0 && width <= 32, "codes and levels have at most 32 bits")
    var literalStart = 0
    var position = 0
    let count = values.count
    while position < count {
      var runEnd = position + 1
      let value = values[position]
      while runEnd < count, values[runEnd] == value { runEnd += 1 }
      // Bit-packed groups hold eight values: a run first fills the group that has been begun.
      let pending = position - literalStart
      let filler = (8 - pending % 8) % 8
      if runEnd - position >= 8 + filler {
        appendPacked(values, literalStart..<position + filler, width: width, to: &output)
        appendRun(UInt32(value), count: runEnd - position - filler, width: width, to: &output)
        literalStart = runEnd
      }
      position = runEnd
    }
    appendPacked(values, literalStart..<count, width: width, to: &output)
  }

  private static func appendRun(
    _ value: UInt32, count: Int, width: Int, to output: inout [UInt8]
  ) {
    output.appendVarint(UInt64(count) << 1)
    for byte in 0..<(width + 7) / 8 {
      output.append(UInt8(truncatingIfNeeded: value >> (8 * byte)))
    }
  }

  /// The last group is filled up with zeros.
  private static func appendPacked<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: Span<Value>, _ range: Range<Int>, width: Int, to output: inout [UInt8]
  ) {
    if range.isEmpty { return }
    let groups = (range.count + 7) / 8
    output.appendVarint(UInt64(groups) << 1 | 1)
    var packer = BitPacker(width: width)
    for i in range { packer.append(UInt64(values[i]), to: &output) }
    for _ in range.count..<groups * 8 { packer.append(0, to: &output) }
    packer.flush(to: &output)
  }
}

/// Packs numbers of a fixed width end to end, the lowest bit first.
struct BitPacker {
  let width: Int
  private var word: UInt64 = 0
  private var used = 0

  init(width: Int) { self.width = width }

  /// Adds one number of at most `width` bits; whole words leave at once.
  @inline(__always)
  mutating func append(_ value: UInt64, to output: inout [UInt8]) {
    word |= value &<< UInt64(used)
    used += width
    guard used >= 64 else { return }
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      output.append(UInt8(truncatingIfNeeded: word &>> shift))
    }
    used -= 64
    // Shifting by the whole width would leave the value as it is.
    word = used == 0 ? 0 : value &>> UInt64(width - used)
  }

  /// Writes the bytes that are complete or begun.
  @inline(__always)
  mutating func flush(to output: inout [UInt8]) {
    while used > 0 {
      output.append(UInt8(truncatingIfNeeded: word))
      word &>>= 8
      used -= 8
    }
    word = 0
    used = 0
  }
}
