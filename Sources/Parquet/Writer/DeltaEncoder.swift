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
    var deltas = [Int64](repeating: 0, count: blockSize)
    var next = 1
    while next < values.count {
      let count = min(blockSize, values.count - next)
      for i in 0..<count {
        let delta = values[next + i] &- values[next + i - 1]
        deltas[i] = is32Bit ? Int64(Int32(truncatingIfNeeded: delta)) : delta
      }
      appendBlock(deltas.span.extracting(0..<count), is32Bit: is32Bit, to: &output)
      next += count
    }
  }

  private static func appendBlock(
    _ deltas: Span<Int64>, is32Bit: Bool, to output: inout [UInt8]
  ) {
    var least = Int64.max
    for i in deltas.indices { least = min(least, deltas[i]) }
    output.appendZigZag(least)
    let used = (deltas.count + miniBlockSize - 1) / miniBlockSize
    var widths = [Int](repeating: 0, count: blockSize / miniBlockSize)
    for mini in 0..<used {
      var all: UInt64 = 0
      for i in miniBlock(mini, of: deltas.count) {
        all |= excess(deltas[i], over: least, is32Bit: is32Bit)
      }
      widths[mini] = 64 - all.leadingZeroBitCount
    }
    for width in widths { output.append(UInt8(width)) }
    for mini in 0..<used where widths[mini] > 0 {
      var packer = BitPacker(width: widths[mini])
      let range = miniBlock(mini, of: deltas.count)
      for i in range {
        packer.append(excess(deltas[i], over: least, is32Bit: is32Bit), to: &output)
      }
      for _ in range.count..<miniBlockSize { packer.append(0, to: &output) }
      packer.flush(to: &output)
    }
  }

  private static func miniBlock(_ mini: Int, of count: Int) -> Range<Int> {
    mini * miniBlockSize..<min(count, (mini + 1) * miniBlockSize)
  }

  private static func excess(_ delta: Int64, over least: Int64, is32Bit: Bool) -> UInt64 {
    let difference = UInt64(bitPattern: delta &- least)
    return is32Bit ? difference & 0xFFFF_FFFF : difference
  }
}

extension [UInt8] {
  fileprivate mutating func appendZigZag(_ value: Int64) {
    appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }
}
