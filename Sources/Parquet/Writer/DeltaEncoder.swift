/// Writes DELTA_BINARY_PACKED: blocks of 128 differences in four mini-blocks of 32.
enum DeltaEncoder {
  private static let blockSize = 128
  private static let miniBlockSize = 32

  /// Appends `values` to `output`; `is32Bit`: sums wrap at 32 bits, as INT32 columns have it.
  static func append(_ values: Span<Int64>, is32Bit: Bool, to output: inout [UInt8]) {
    output.appendVarint(UInt64(blockSize))
    output.appendVarint(UInt64(blockSize / miniBlockSize))
    output.appendVarint(UInt64(values.count))
    output.appendZigZag(values.isEmpty ? 0 : values[0])
    var block = Block(is32Bit: is32Bit)
    var next = 1
    while next < values.count {
      let count = min(blockSize, values.count - next)
      block.append(values, next..<next + count, to: &output)
      next += count
    }
  }

  /// Room for the differences of one block, used again for the next.
  private struct Block {
    let is32Bit: Bool
    private var excesses = [UInt64](repeating: 0, count: blockSize)

    init(is32Bit: Bool) { self.is32Bit = is32Bit }

    mutating func append(
      _ values: Span<Int64>, _ range: Range<Int>, to output: inout [UInt8]
    ) {
      var least = Int64.max
      for (i, value) in range.enumerated() {
        let delta = values[value] &- values[value &- 1]
        let stored = is32Bit ? Int64(Int32(truncatingIfNeeded: delta)) : delta
        excesses[i] = UInt64(bitPattern: stored)
        least = min(least, stored)
      }
      output.appendZigZag(least)
      let mask: UInt64 = is32Bit ? 0xFFFF_FFFF : .max
      let base = UInt64(bitPattern: least)
      for i in 0..<range.count { excesses[i] = (excesses[i] &- base) & mask }
      appendMiniBlocks(range.count, to: &output)
    }

    /// Widths of all four mini-blocks, then those that hold values.
    private func appendMiniBlocks(_ count: Int, to output: inout [UInt8]) {
      let excesses = excesses.span
      let widthsAt = output.count
      for mini in 0..<blockSize / miniBlockSize {
        let range =
          mini * miniBlockSize..<max(mini * miniBlockSize, min(count, (mini + 1) * miniBlockSize))
        var all: UInt64 = 0
        for i in range { all |= excesses[i] }
        output.append(UInt8(64 - all.leadingZeroBitCount))
      }
      var start = 0
      var mini = 0
      while start < count {
        let width = Int(output[widthsAt + mini])
        let end = min(count, start + miniBlockSize)
        if width > 0 {
          BitPacker.append(
            excesses.extracting(start..<end), width: width, paddedTo: miniBlockSize, to: &output)
        }
        start = end
        mini += 1
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func appendZigZag(_ value: Int64) {
    appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }
}
