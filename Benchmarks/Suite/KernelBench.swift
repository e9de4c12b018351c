import Columns
import Parquet

/// Loops over packed bits and over columns, on made-up values.
struct KernelBench {
  let count: Int

  func run(_ measurement: inout Measurement) throws {
    measurement.section("kernels, \(count) values")
    unpacking(&measurement)
    try differences(&measurement)
    filters(&measurement)
  }

  private func packed(_ byteCount: Int) -> [UInt8] {
    var state: UInt64 = 42
    return (0..<byteCount + PaddedBytes.padding).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  private func unpacking(_ measurement: inout Measurement) {
    let input = packed(count * 4)
    var bytes = [UInt8](repeating: 0, count: count + 8)
    var words = [UInt32](repeating: 0, count: count)
    input.withUnsafeBytes { input in
      guard let source = input.baseAddress else { return }
      bytes.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        measurement.report("levels of 3 bits", units: count, "values") {
          _ = BitUnpacking.bytes(from: source, width: 3, count: count, into: target)
        }
        measurement.report("levels of 3 bits, portable", units: count, "values") {
          BitUnpacking.portableBytes(from: source, width: 3, count: count, into: target)
        }
      }
      words.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        for width in [6, 13, 20] {
          measurement.report("codes of \(width) bits", units: count, "values") {
            _ = BitUnpacking.words(from: source, width: width, count: count, into: target)
          }
          measurement.report("codes of \(width) bits, portable", units: count, "values") {
            BitUnpacking.portableWords(from: source, width: width, count: count, into: target)
          }
        }
      }
    }
  }

  /// Blocks of 128 values in 4 mini-blocks, as Tempo writes them.
  private func differences(_ measurement: inout Measurement) throws {
    for width in [2, 11, 28] {
      let blocks = count / 128
      let random = packed(blocks * 16 * width)
      var bytes: [UInt8] = [0x80, 0x01, 4] + varint(UInt64(blocks * 128)) + [0]
      for block in 0..<blocks {
        bytes += [0] + [UInt8](repeating: UInt8(width), count: 4)
        bytes += random[block * 16 * width..<(block + 1) * 16 * width]
      }
      let input = ByteBuffer(bytes)
      var values = [Int64](repeating: 0, count: blocks * 128)
      try values.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        try measurement.report("differences of \(width) bits", units: blocks * 128, "values") {
          _ = try DeltaDecoder.decode(
            input.view(0, bytes.count), count: blocks * 128, arithmetic: .bits64, into: target)
        }
      }
      withExtendedLifetime(input) {}
    }
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  private func filters(_ measurement: inout Measurement) {
    let values = packed(count).prefix(count).map { Int64($0) }
    let codes = values.map { UInt32($0) }
    var table = Bitmap(count: 256)
    for code in stride(from: 0, to: 256, by: 7) { table[code] = true }
    var kept = Bitmap(count: count)
    measurement.report("integers in a range", units: count, "values") {
      kept = RangeFilter.int64(values, in: 10...20)
    }
    measurement.report("codes in a table", units: count, "values") {
      kept = RangeFilter.codes(codes, in: table)
    }
    let ranges = stride(from: 0, to: count - 20, by: 20).map { $0..<$0 + 11 }
    measurement.report("bits of ranges", units: count, "values") {
      kept = kept.gathered(ranges).union(kept.gathered(ranges))
      kept = RangeFilter.codes(codes, in: table)
    }
  }
}
