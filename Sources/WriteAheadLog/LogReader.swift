import Compression

/// The records of a log's bytes, and what is wrong with the rest.
package struct LogContent: Sendable, Equatable {
  package var records: [LogRecord] = []
  /// Bytes at the end that were being written when the writer died: nobody was told they are kept.
  package var tornBytes = 0
  /// Damage with whole records behind it: something that was kept is lost.
  package var damage: [Damage] = []

  package struct Damage: Sendable, Equatable {
    package var offset: Int
    package var byteCount: Int

    package init(offset: Int, byteCount: Int) {
      self.offset = offset
      self.byteCount = byteCount
    }
  }

  /// Reads a whole log; any bytes give an answer.
  package init(_ bytes: [UInt8]) {
    var position = 0
    while position < bytes.count {
      if let (record, end) = Self.record(bytes, at: position) {
        records.append(record)
        position = end
      } else if let next = Self.nextRecord(bytes, after: position) {
        damage.append(Damage(offset: position, byteCount: next - position))
        position = next
      } else {
        tornBytes = bytes.count - position
        position = bytes.count
      }
    }
  }

  private static func record(
    _ bytes: [UInt8], at position: Int
  ) -> (LogRecord, end: Int)? {
    let start = position + LogRecord.frameBytes
    guard start < bytes.count else { return nil }
    let frame = bytes[position..<start]
    let count = Int(frame.littleEndian(at: position))
    guard count > 0, count <= LogRecord.bytesMax, count <= bytes.count - start else { return nil }
    let payload = bytes[start..<start + count]
    guard CRC32C.checksum(payload) == frame.littleEndian(at: position + 4),
      let record = LogRecord(payload: payload)
    else { return nil }
    return (record, start + count)
  }

  /// Bytes that are summed up at most while looking for the next whole record.
  private static let searchBytesMax = 1 << 30

  /// The first place behind `position` where a whole record starts.
  private static func nextRecord(_ bytes: [UInt8], after position: Int) -> Int? {
    // Where the damaged record said it ends is the likely place.
    if bytes.count - position >= LogRecord.frameBytes {
      let count = Int(bytes[position...].littleEndian(at: position))
      let end = position + LogRecord.frameBytes + count
      if end < bytes.count, record(bytes, at: end) != nil { return end }
    }
    var budget = searchBytesMax
    var candidate = position + 1
    while candidate + LogRecord.frameBytes < bytes.count, budget > 0 {
      let count = Int(bytes[candidate...].littleEndian(at: candidate))
      if count > 0, count <= bytes.count - candidate - LogRecord.frameBytes,
        // What follows says what it is: few places pass, so few are summed up.
        bytes[candidate + LogRecord.frameBytes] <= 1
      {
        budget -= count
        if record(bytes, at: candidate) != nil { return candidate }
      }
      candidate += 1
    }
    return nil
  }
}
