import Columns
import Spans

/// Identifiers as texts of a column, end to end, without an array for each.
struct IdentifierTexts {
  private var offsets: [UInt32] = [0]
  private var bytes: [UInt8] = []

  /// The texts as a column: text `i` has code `i`.
  var column: TextColumn {
    TextColumn(
      codes: Array(0..<UInt32(offsets.count - 1)),
      table: StringTable(offsets: offsets, bytes: bytes), isDistinct: false)
  }

  private init(capacity: Int, bytesEach: Int) {
    offsets.reserveCapacity(capacity + 1)
    bytes.reserveCapacity(capacity * bytesEach)
  }

  /// Span IDs of some spans: as many bytes as were received.
  init(_ ids: [ShortID], of spans: [UInt32]) {
    self.init(capacity: spans.count, bytesEach: 8)
    for span in spans {
      let id = ids[Int(span)]
      append(bits: id.bits, byteCount: Int(id.byteCount))
      endText()
    }
  }

  /// Trace IDs, sixteen bytes each.
  init(_ ids: [TraceID]) {
    self.init(capacity: ids.count, bytesEach: 16)
    for id in ids {
      append(bits: id.high, byteCount: 8)
      append(bits: id.low, byteCount: 8)
      endText()
    }
  }

  /// Trace IDs in lower-case hex without the zeros in front; nothing for the ID of zeros.
  init(hexOf ids: [TraceID]) {
    self.init(capacity: ids.count, bytesEach: 32)
    let digits = Array("0123456789abcdef".utf8)
    for id in ids {
      var isLeading = true
      for half in [id.high, id.low] {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
          let digit = Int(half >> shift & 15)
          isLeading = isLeading && digit == 0
          if !isLeading { bytes.append(digits[digit]) }
        }
      }
      endText()
    }
  }

  private mutating func append(bits: UInt64, byteCount: Int) {
    bytes.append(addingCapacity: byteCount) { output in
      var rest = bits
      for _ in 0..<byteCount {
        output.append(UInt8(truncatingIfNeeded: rest &>> 56))
        rest &<<= 8
      }
    }
  }

  private mutating func endText() { offsets.append(UInt32(bytes.count)) }
}
