import Columns
import Spans
import Storage

extension StringInterner {
  /// The numbers of a column's texts; a text of a dictionary is looked at once.
  mutating func numbers(of column: TextColumn) -> [UInt32] {
    var known = [UInt32](repeating: .max, count: column.table.count)
    return column.table.bytes.withUnsafeBytes { bytes in
      column.codes.map { code in
        let code = Int(code)
        if known[code] == .max {
          known[code] = intern(
            UnsafeRawBufferPointer(rebasing: bytes[column.table.range(of: code)]))
        }
        return known[code]
      }
    }
  }
}

extension TextColumn {
  /// Value `row` as an identifier. Of longer ones the first eight bytes count, as they do for Tempo
  /// when it combines traces.
  func shortID(at row: Int) -> ShortID {
    let range = table.range(of: Int(codes[row])).prefix(8)
    var bits: UInt64 = 0
    for place in range { bits = bits << 8 | UInt64(table.bytes[place]) }
    if !range.isEmpty { bits <<= UInt64(64 - 8 * range.count) }
    return ShortID(bits: bits, byteCount: UInt8(range.count))
  }

  func traceID(at row: Int) -> TraceID { TraceID(table.bytes[table.range(of: Int(codes[row]))]) }
}
