import Columns
import TestSupport
import Testing

@testable import Parquet

/// Levels of a few entries against those of all.
@Suite struct SelectedLevelsTests {
  /// Levels in runs of all lengths, so that both kinds of encoded runs occur.
  private func levels(_ maximum: Int, _ count: Int, _ random: inout TestSupport.SplitMix) -> [UInt8]
  {
    var levels: [UInt8] = []
    while levels.count < count {
      let length = random.chance(percent: 50) ? 1 : random.integer(1...60)
      levels += Array(repeating: UInt8(random.integer(0...maximum)), count: length)
    }
    return Array(levels.prefix(count))
  }

  /// Ascending ranges, empty ones and neighbours among them.
  private func ranges(_ count: Int, _ random: inout TestSupport.SplitMix) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var position = 0
    while position < count {
      let start = min(count, position + random.integer(0...90))
      let end = min(count, start + random.integer(0...30))
      result.append(start..<end)
      position = end + (random.chance(percent: 20) ? 0 : 1)
    }
    return result
  }

  @Test(arguments: 1...12)
  func agreeWithAllLevels(_ maximum: Int) throws {
    var random = TestSupport.SplitMix(seed: UInt64(maximum))
    for count in [1, 8, 9, 100, 1_000, 5_000] {
      let all = levels(maximum, count, &random)
      let chosen = ranges(count, &random)
      let width = Int.bitWidth - maximum.leadingZeroBitCount
      var encoded: [UInt8] = []
      HybridEncoder.append(all.span, width: width, to: &encoded)
      let input = ByteBuffer(encoded)
      let output = ByteBuffer()
      let before = ByteBuffer()
      let places = before.room(for: chosen.count + 1, of: Int.self)
      let expected = chosen.flatMap { all[$0] }
      let found = output.room(for: count + 8, of: UInt8.self)
      let values = try HybridRuns.levels(
        input.view(0, encoded.count), maximum: maximum, count: count, of: chosen, into: found,
        valuesBefore: places)
      #expect(expected.indices.map { found[$0] } == expected)
      #expect(values == all.count { $0 == maximum })
      for (i, range) in chosen.enumerated() {
        #expect(places[i] == all[..<range.lowerBound].count { $0 == maximum })
      }
      let again = output.room(for: count + 8, of: UInt8.self)
      try HybridRuns.levels(
        input.view(0, encoded.count), maximum: maximum, count: count, of: chosen, into: again)
      #expect(expected.indices.map { again[$0] } == expected)
      withExtendedLifetime((input, output, before)) {}
    }
  }

  @Test(arguments: 1...8)
  func packedValuesAreCounted(_ width: Int) {
    var random = TestSupport.SplitMix(seed: UInt64(width) + 50)
    let packed = random.bytes(count: width * 40)
    let input = ByteBuffer(packed)
    let unpacked = ByteBuffer()
    let all = unpacked.room(for: 320 + 8, of: UInt8.self)
    BitUnpacking.portableBytes(
      from: input.view(0, packed.count).base, width: width, count: 320, into: all)
    for wanted in 0..<min(1 << width, 20) {
      let counter = PackedCounter(of: wanted, width: width)
      for (start, end) in [(0, 320), (1, 319), (7, 8), (5, 5), (13, 200)] {
        let expected = (start..<end).count { Int(all[$0]) == wanted }
        #expect(counter.count(input.view(0, packed.count).base, start..<end) == expected)
      }
    }
    withExtendedLifetime((input, unpacked)) {}
  }

  /// Chosen levels are checked like all; runs cut short are found.
  @Test func damageIsFound() {
    func failure(_ bytes: [UInt8], maximum: Int) -> String? {
      let input = ByteBuffer(bytes)
      let output = ByteBuffer()
      defer { withExtendedLifetime((input, output)) {} }
      do throws(DecodingFailure) {
        try HybridRuns.levels(
          input.view(0, bytes.count), maximum: maximum, count: 16, of: [3..<9],
          into: output.room(for: 24, of: UInt8.self))
        return nil
      } catch { return error.message }
    }
    #expect(failure([32, 3], maximum: 2) == "a level above 2")
    #expect(failure([5, 0xFF, 0xFF, 0xFF, 0xFF], maximum: 2) == "a level above 2")
    #expect(failure([5, 0xFF], maximum: 3) != nil)
    #expect(failure([6, 1], maximum: 3) != nil, "three entries of 16")
    #expect(failure([32, 3], maximum: 3) == nil)
  }
}
