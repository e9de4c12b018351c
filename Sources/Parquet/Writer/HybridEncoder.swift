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
    BitPacker.append(values.extracting(range), width: width, paddedTo: groups * 8, to: &output)
  }
}
