import Testing

@testable import Parquet

/// Packed bits against a reader that takes one bit after the other, and the kernels of the
/// processor at hand against those for every processor.
@Suite struct UnpackingTests {
  /// Values of `width` bits, least significant bit first.
  private func naive(_ bytes: [UInt8], width: Int, count: Int) -> [UInt64] {
    (0..<count).map { value in
      (0..<width).reduce(UInt64(0)) { result, k in
        let bit = value * width + k
        return result | UInt64(bytes[bit / 8] >> UInt8(bit % 8) & 1) << UInt64(k)
      }
    }
  }

  private func random(_ count: Int, _ generator: inout SplitMix) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test(arguments: 0...8)
  func bytes(width: Int) {
    var generator = SplitMix(seed: UInt64(width) + 1)
    for count in [0, 1, 7, 8, 9, 15, 16, 17, 100, 1_000, 1_023] {
      let packed = random((count * width + 7) / 8, &generator)
      let input = ByteBuffer(packed)
      let fast = ByteBuffer()
      let portable = ByteBuffer()
      let a = fast.room(for: count + 8, of: UInt8.self)
      let b = portable.room(for: count + 8, of: UInt8.self)
      let largest = BitUnpacking.bytes(
        from: input.view(0, packed.count).base, width: width, count: count, into: a)
      BitUnpacking.portableBytes(
        from: input.view(0, packed.count).base, width: width, count: count, into: b)
      let expected = naive(packed, width: width, count: count)
      #expect((0..<count).map { UInt64(a[$0]) } == expected, "\(count) values")
      #expect((0..<count).map { UInt64(b[$0]) } == expected, "\(count) values, portable")
      #expect(UInt64(largest) == expected.max() ?? 0)
      withExtendedLifetime((input, fast, portable)) {}
    }
  }

  @Test(arguments: 0...32)
  func words(width: Int) {
    var generator = SplitMix(seed: UInt64(width) + 100)
    for count in [0, 1, 7, 8, 9, 16, 31, 1_000, 1_021] {
      let packed = random((count * width + 7) / 8, &generator)
      let input = ByteBuffer(packed)
      let fast = ByteBuffer()
      let portable = ByteBuffer()
      let a = fast.room(for: count + 1, of: UInt32.self)
      let b = portable.room(for: count + 1, of: UInt32.self)
      a[count] = 0xDEAD_BEEF
      let largest = BitUnpacking.words(
        from: input.view(0, packed.count).base, width: width, count: count, into: a)
      BitUnpacking.portableWords(
        from: input.view(0, packed.count).base, width: width, count: count, into: b)
      let expected = naive(packed, width: width, count: count)
      #expect((0..<count).map { UInt64(a[$0]) } == expected, "\(count) values")
      #expect((0..<count).map { UInt64(b[$0]) } == expected, "\(count) values, portable")
      #expect(UInt64(largest) == expected.max() ?? 0)
      #expect(a[count] == 0xDEAD_BEEF, "nothing is written past the values")
      withExtendedLifetime((input, fast, portable)) {}
    }
  }

  /// Blocks of one width each, 128 values in 4 mini-blocks as Tempo writes them.
  @Test(arguments: 0...64)
  func differences(width: Int) throws {
    var generator = SplitMix(seed: UInt64(width) + 1_000)
    for count in [2, 33, 128, 129, 130, 300] {
      var bytes = varint(128) + varint(4) + varint(UInt64(count)) + varint(zigZag(-7))
      var expected: [Int64] = [-7]
      while expected.count < count {
        let minimum = Int64.random(in: -1_000...1_000, using: &generator)
        bytes += varint(zigZag(minimum)) + [UInt8](repeating: UInt8(width), count: 4)
        for _ in 0..<4 where expected.count < count {
          let packed = random(32 * width / 8, &generator)
          bytes += packed
          for difference in naive(packed, width: width, count: min(32, count - expected.count)) {
            expected.append(
              expected[expected.count - 1] &+ minimum &+ Int64(bitPattern: difference))
          }
        }
      }
      let input = ByteBuffer(bytes)
      let output = ByteBuffer()
      let values = output.room(for: count, of: Int64.self)
      let used = try DeltaDecoder.decode(
        input.view(0, bytes.count), count: count, arithmetic: .bits64, into: values)
      #expect((0..<count).map { values[$0] } == expected, "\(count) values")
      #expect(used == bytes.count)
      for wanted in [1, count / 2, count - 1] {
        for i in 0..<count { values[i] = 0x5A5A }
        _ = try DeltaDecoder.decode(
          input.view(0, bytes.count), count: count, upTo: wanted, arithmetic: .bits64, into: values)
        #expect((0..<wanted).map { values[$0] } == Array(expected[..<wanted]), "of \(count)")
        #expect(values[wanted] == 0x5A5A, "no more than \(wanted) of \(count)")
      }
      withExtendedLifetime((input, output)) {}
    }
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      result.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  private func zigZag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1) ^ UInt64(bitPattern: value >> 63)
  }
}
