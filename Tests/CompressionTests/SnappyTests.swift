import CSnappy
import Compression
import TestSupport
import Testing

/// The decoder of our own beside the library's, on what the library wrote, on elements that it
/// never writes, and on damaged blocks.
@Suite struct SnappyTests {
  /// What the library makes of a block; nil: it refuses it.
  private func byLibrary(_ block: [UInt8]) -> [UInt8]? {
    block.withUnsafeBytes { bytes -> [UInt8]? in
      let source = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      var count = 0
      guard snappy_uncompressed_length(source, bytes.count, &count) == SNAPPY_OK, count < 1 << 20
      else { return nil }
      var output = [CChar](repeating: 0, count: max(1, count))
      guard snappy_uncompress(source, bytes.count, &output, &count) == SNAPPY_OK else {
        return nil
      }
      return output.prefix(count).map { UInt8(bitPattern: $0) }
    }
  }

  private func byOurs(_ block: [UInt8]) -> [UInt8]? {
    // The length in front, seven bits a byte.
    var count = 0
    for (place, byte) in block.prefix(5).enumerated() {
      count |= Int(byte & 0x7F) << (7 * place)
      if byte & 0x80 == 0 { break }
    }
    guard count < 1 << 20 else { return nil }
    do {
      return try Codec.snappy.decompress(block, outputBytes: count)
    } catch {
      return nil
    }
  }

  private func length(_ count: Int) -> [UInt8] {
    [UInt8(count & 0x7F | 0x80), UInt8(count >> 7 & 0x7F | 0x80), UInt8(count >> 14)]
  }

  /// A literal, then a copy of every length from every short distance and some long ones; enough
  /// room behind it for the fast loop, and none.
  @Test(arguments: [0, 200]) func copiesOfEveryLengthFromEveryDistance(_ rest: Int) {
    var random = SplitMix(seed: 11)
    let start = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
    let behind = (0..<rest).map { UInt8(truncatingIfNeeded: $0) }
    for offset in Array(1...40) + [64, 255, 256, 300] {
      for count in 1...64 {
        let copies = [
          [UInt8(count - 1) << 2 | 2, UInt8(offset & 0xFF), UInt8(offset >> 8)],
          [UInt8(count - 1) << 2 | 3, UInt8(offset & 0xFF), UInt8(offset >> 8), 0, 0],
          (4...11).contains(count)
            ? [UInt8(offset >> 8) << 5 | UInt8(count - 4) << 2 | 1, UInt8(offset & 0xFF)] : [],
        ]
        for copy in copies where !copy.isEmpty {
          var block = length(300 + count + rest)
          block += [61 << 2, UInt8(299 & 0xFF), UInt8(299 >> 8)] + start + copy
          if rest > 0 { block += [60 << 2, UInt8(rest - 1)] + behind }
          let expected = byLibrary(block)
          #expect(expected != nil)
          #expect(byOurs(block) == expected, "\(count) bytes from \(offset)")
        }
      }
    }
  }

  @Test func literalsOfEveryLength() {
    for count in Array(1...130) + [255, 256, 257, 65_535, 65_536, 65_537, 70_000] {
      let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let last = count - 1
      let tags: [[UInt8]] = [
        count <= 60 ? [UInt8(last) << 2] : [],
        count <= 256 ? [60 << 2, UInt8(last)] : [],
        count <= 65_536 ? [61 << 2, UInt8(last & 0xFF), UInt8(last >> 8)] : [],
        [62 << 2, UInt8(last & 0xFF), UInt8(last >> 8 & 0xFF), UInt8(last >> 16)],
        [63 << 2, UInt8(last & 0xFF), UInt8(last >> 8 & 0xFF), UInt8(last >> 16), 0],
      ]
      for tag in tags where !tag.isEmpty {
        #expect(byOurs(length(count) + tag + text) == text, "\(count) bytes, tag \(tag)")
      }
    }
  }

  /// Texts of several kinds, whole and damaged: both decoders say the same, or both refuse.
  @Test func randomBlocksAgreeWithTheLibrary() {
    var random = SplitMix(seed: 2026)
    var refused = 0
    for round in 0..<3_000 {
      let count = Int.random(in: 0...(round % 50 == 0 ? 20_000 : 600), using: &random)
      var text: [UInt8] = []
      for place in 0..<count {
        let back = Int.random(in: 1...(round % 2 == 0 ? 9 : 90), using: &random)
        let repeats = place >= back && Int.random(in: 0..<8, using: &random) > 0
        text.append(repeats ? text[place - back] : UInt8.random(in: 0...255, using: &random))
      }
      var block = Codec.snappy.compress(text)
      #expect(byOurs(block) == text)
      for _ in 0..<Int.random(in: 1...3, using: &random) where block.count > 1 {
        block[Int.random(in: 1..<block.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if round % 3 == 0 { block.removeLast(Int.random(in: 0..<block.count, using: &random)) }
      let expected = byLibrary(block)
      if expected == nil { refused += 1 }
      #expect(byOurs(block) == expected, "round \(round)")
    }
    #expect(refused > 500)
  }
}
