/// The byte form of a sketch:
///
///     varint   numbers kept exactly; they follow as floats, ascending
///     varint   octaves with buckets; for each, ascending:
///     zigzag     number of the octave: the bucket's number without its last 6 bits
///     float      64 bits, one for each bucket that holds something, the first bucket lowest
///     amount     the count of each such bucket
///
/// A bucket's number is the exponent and the first 6 bits of the fraction of its numbers as IEEE
/// 754 has them, negative for negative numbers; 0 holds 0.
extension QuantileSketch {
  func encode(into writer: inout PartialWriter) {
    writer.count(values.count)
    for value in values.sorted() { writer.float(value) }
    writer.count(octaves.count)
    for (index, octave) in octaves.enumerated() {
      writer.zigzag(Int64(octave))
      let buckets = counts[index * Self.bucketsPerOctave..<(index + 1) * Self.bucketsPerOctave]
      var mask: UInt64 = 0
      for (bit, count) in buckets.enumerated() where count != 0 { mask |= 1 << UInt64(bit) }
      writer.float(Double(bitPattern: mask))
      for count in buckets where count != 0 { writer.amount(count) }
    }
  }

  init(decoding reader: inout PartialReader) throws(PartialFormatError) {
    let valueCount = try reader.count(bytesEach: 8)
    guard valueCount <= Self.exactCountMax else { throw reader.error("too many exact numbers") }
    var values: [Double] = []
    for _ in 0..<valueCount {
      let value = try reader.float()
      guard !value.isNaN else { throw reader.error("NaN among numbers") }
      values.append(value)
    }
    let octaveCount = try reader.count(bytesEach: 10)
    guard octaveCount == 0 || values.isEmpty else { throw reader.error("exact and in buckets") }
    var octaves: [Int32] = []
    var counts: [Double] = []
    for _ in 0..<octaveCount {
      let octave = try reader.zigzag()
      // Eleven bits of exponent, for either sign.
      guard (-2048...2047).contains(octave), octaves.last.map({ $0 < Int32(octave) }) ?? true else {
        throw reader.error("octave \(octave) out of order or range")
      }
      octaves.append(Int32(octave))
      let mask = try reader.float().bitPattern
      for bit in 0..<Self.bucketsPerOctave {
        guard mask >> UInt64(bit) & 1 != 0 else {
          counts.append(0)
          continue
        }
        let count = try reader.amount()
        guard count > 0, count.isFinite else { throw reader.error("no count: \(count)") }
        counts.append(count)
      }
    }
    self.init(values: values, octaves: octaves, counts: counts)
  }
}
