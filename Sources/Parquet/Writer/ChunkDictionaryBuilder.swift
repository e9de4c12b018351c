import Columns

/// The dictionary of a chunk: its distinct texts in the order in which they first occur.
struct ChunkDictionaryBuilder {
  /// Codes of the chunk's own dictionary, one a value.
  private(set) var codes: [UInt32] = []
  /// Codes of the source table, in the order of the dictionary.
  private(set) var entries: [UInt32] = []

  /// Every string stands once in the column's table.
  init(_ column: TextColumn) {
    precondition(column.isDistinct, "a dictionary holds each text once")
    codes.reserveCapacity(column.codes.count)
    if column.table.count <= 4 * column.codes.count + 1_024 {
      renumberByTable(column)
    } else {
      renumberByHash(column)
    }
  }

  private mutating func renumberByTable(_ column: TextColumn) {
    let unknown = UInt32.max
    var renumbered = [UInt32](repeating: unknown, count: column.table.count)
    for code in column.codes {
      if renumbered[Int(code)] == unknown {
        renumbered[Int(code)] = UInt32(entries.count)
        entries.append(code)
      }
      codes.append(renumbered[Int(code)])
    }
  }

  /// For few values of a large table.
  private mutating func renumberByHash(_ column: TextColumn) {
    var renumbered: [UInt32: UInt32] = [:]
    for code in column.codes {
      if let known = renumbered[code] {
        codes.append(known)
      } else {
        let fresh = UInt32(entries.count)
        renumbered[code] = fresh
        entries.append(code)
        codes.append(fresh)
      }
    }
  }

  /// The dictionary page's values, PLAIN.
  func plain(_ table: StringTable) -> [UInt8] {
    var bytes: [UInt8] = []
    for code in entries {
      let range = table.range(of: Int(code))
      bytes.appendLittleEndian(UInt32(range.count))
      bytes.append(contentsOf: table.bytes[range])
    }
    return bytes
  }
}
