import Parquet
import Synchronization

/// Bytes in memory that remember which ranges were read.
final class CountingByteSource: ByteSource {
  private let bytes: [UInt8]
  private let ranges = Mutex<[Range<Int>]>([])

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var byteCount: Int { bytes.count }

  /// What was read since the last call.
  func takeReads() -> [Range<Int>] {
    ranges.withLock { ranges in
      defer { ranges = [] }
      return ranges
    }
  }

  func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    guard range.upperBound <= bytes.count else { throw ByteSourceError("beyond the end") }
    ranges.withLock { $0.append(range) }
    return Array(bytes[range])
  }
}
