import Synchronization

extension NestedLevels {
  /// Repetition levels of some entries, as a page of version 2 holds them; nothing where all are 0.
  func encodedRepetition(_ entries: Range<Int>) -> [UInt8] {
    maxRepetition == 0
      ? []
      : encodedRepetitions.bytes(entries, greatest: maxRepetition) {
        Self.encode(repetition, entries, maxRepetition)
      }
  }

  /// Definition levels of some entries.
  func encodedDefinition(_ entries: Range<Int>) -> [UInt8] {
    maxDefinition == 0
      ? []
      : encodedDefinitions.bytes(entries, greatest: maxDefinition) {
        Self.encode(definition, entries, maxDefinition)
      }
  }

  private static func encode(_ levels: [UInt8], _ entries: Range<Int>, _ most: Int) -> [UInt8] {
    var output: [UInt8] = []
    let width = Int.bitWidth - most.leadingZeroBitCount
    HybridEncoder.append(levels.span.extracting(entries), width: width, to: &output)
    return output
  }
}

/// Encoded levels by the entries they are of: leaves of one lane mostly have the same pages.
final class EncodedLevels: Sendable {
  private struct Key: Hashable {
    var entries: Range<Int>
    /// What says how wide a level is.
    var greatest: Int
  }

  private let known = Mutex<[Key: [UInt8]]>([:])

  func bytes(_ entries: Range<Int>, greatest: Int, _ encode: () -> [UInt8]) -> [UInt8] {
    let key = Key(entries: entries, greatest: greatest)
    if let bytes = known.withLock({ $0[key] }) { return bytes }
    let bytes = encode()
    known.withLock { $0[key] = bytes }
    return bytes
  }
}
