import Compression

/// What a log holds: the name of its block first, then requests as they were received.
///
/// On disk a record is its length (4 bytes, little-endian), the CRC-32C of what follows (4 bytes),
/// and so many bytes: a byte that says what it is, and its fields.
package enum LogRecord: Sendable, Equatable {
  /// Whose spans the log has, and the block they become.
  case header(blockID: String, tenant: String)
  case request(LoggedRequest)

  /// Bytes in front of a record.
  package static let frameBytes = 8
  /// No record is longer: requests are limited far below it.
  package static let bytesMax = 256 << 20

  private static let headerKind: UInt8 = 0
  private static let requestKind: UInt8 = 1

  /// The record as it stands on disk.
  package var encoded: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.frameBytes)
    switch self {
    case .header(let blockID, let tenant):
      bytes.append(Self.headerKind)
      bytes += Array((blockID + "\n" + tenant).utf8)
    case .request(let request):
      bytes.reserveCapacity(
        Self.frameBytes + 32 + request.droppedTraces.count + request.body.count)
      bytes.append(Self.requestKind)
      bytes.append(request.format)
      bytes.append(littleEndian: request.attributeBytesMax)
      bytes.append(littleEndian: UInt32(request.droppedTraces.count))
      bytes += request.droppedTraces
      bytes += request.body
    }
    let count = UInt32(bytes.count - Self.frameBytes)
    let sum = CRC32C.checksum(bytes[Self.frameBytes...])
    for byte in 0..<4 {
      bytes[byte] = UInt8(truncatingIfNeeded: count >> UInt32(8 * byte))
      bytes[4 + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte))
    }
    return bytes
  }

  /// Reads what stands behind a frame; nil if it is nothing a log holds.
  init?(payload: ArraySlice<UInt8>) {
    guard let kind = payload.first else { return nil }
    let rest = payload.dropFirst()
    switch kind {
    case Self.headerKind:
      let parts = String(decoding: rest, as: UTF8.self).split(
        separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      self = .header(blockID: String(parts[0]), tenant: String(parts[1]))
    case Self.requestKind:
      guard rest.count >= 9, let format = rest.first else { return nil }
      let start = rest.startIndex
      let droppedCount = Int(rest.littleEndian(at: start + 5))
      guard droppedCount <= rest.count - 9 else { return nil }
      let body = start + 9 + droppedCount
      self = .request(
        LoggedRequest(
          format: format, attributeBytesMax: rest.littleEndian(at: start + 1),
          droppedTraces: Array(rest[(start + 9)..<body]), body: Array(rest[body...])))
    default: return nil
    }
  }
}

/// A request with all that decides which spans it stands for.
package struct LoggedRequest: Sendable, Equatable {
  /// A number of the caller's.
  package var format: UInt8
  package var attributeBytesMax: UInt32
  /// IDs, 16 bytes each, of traces whose spans were refused.
  package var droppedTraces: [UInt8]
  package var body: [UInt8]

  package init(
    format: UInt8, attributeBytesMax: UInt32, droppedTraces: [UInt8] = [], body: [UInt8]
  ) {
    self.format = format
    self.attributeBytesMax = attributeBytesMax
    self.droppedTraces = droppedTraces
    self.body = body
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: UInt32) {
    for byte in 0..<4 { append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
  }
}

extension ArraySlice<UInt8> {
  /// Four bytes that are there, as a number.
  func littleEndian(at index: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[index + $1]) << UInt32(8 * $1) }
  }
}
