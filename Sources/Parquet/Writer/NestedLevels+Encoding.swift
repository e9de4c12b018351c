import Synchronization

extension NestedLevels {
  /// Repetition levels of some entries, as a page of version 2 holds them; nothing where all are 0.
  func encodedRepetition(_ entries: Range<Int>) -> [UInt8] {
    encodedRepetitions.bytes(of: repetition, entries, greatest: maxRepetition)
  }

  /// Definition levels of some entries.
  func encodedDefinition(_ entries: Range<Int>) -> [UInt8] {
    encodedDefinitions.bytes(of: definition, entries, greatest: maxDefinition)
  }
}

/// Encoded levels by the entries they are of: leaves of one lane mostly have the same pages.
final class EncodedLevels: Sendable {
  private struct Key: Hashable {
    var entries: Range<Int>
    /// Bits of a level.
    var width: Int
  }

  private let known = Mutex<[Key: [UInt8]]>([:])

  /// `levels` are always the same; nothing where none is above 0.
  func bytes(of levels: [UInt8], _ entries: Range<Int>, greatest: Int) -> [UInt8] {
    if greatest == 0 { return [] }
    let key = Key(entries: entries, width: Int.bitWidth - greatest.leadingZeroBitCount)
    if let bytes = known.withLock({ $0[key] }) { return bytes }
    var bytes: [UInt8] = []
    HybridEncoder.append(levels.span.extracting(entries), width: key.width, to: &bytes)
    known.withLock { $0[key] = bytes }
    return bytes
  }
}
