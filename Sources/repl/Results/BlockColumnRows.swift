package import Storage
import Wire

/// What lies in a block as tables.
package enum BlockColumnRows {
  /// Columns, largest first.
  package static func table(_ layout: BlockLayout, limit: Int) -> Table {
    var table = Table(columns: [
      .init("Column", key: "column", canShrink: true),
      .init("Attribute", key: "attribute", canShrink: true),
      .init("Type", key: "type", isOptional: true), .init("Codec", key: "codec", isOptional: true),
      .init("Encoding", key: "encoding", canShrink: true),
      .init("Dictionary", key: "dictionary_entries", alignment: .right),
      .init("Entries", key: "entries", alignment: .right, isOptional: true),
      .init("Pages", key: "pages", alignment: .right),
      .init("Raw", key: "uncompressed_bytes", alignment: .right, isOptional: true),
      .init("Stored", key: "compressed_bytes", alignment: .right),
      .init("Share", key: "share", alignment: .right),
    ])
    let total = layout.columns.reduce(0) { $0 + $1.compressedBytes }
    let sorted = layout.columns.enumerated().sorted { a, b in
      let (x, y) = (a.element.compressedBytes, b.element.compressedBytes)
      return x == y ? a.offset < b.offset : x > y
    }
    for column in sorted.map(\.element).prefix(limit) {
      let share = total > 0 ? Double(column.compressedBytes) * 100 / Double(total) : 0
      table.append(
        .init([
          .text(column.name), column.attribute.map { .text($0) } ?? .missing,
          .text("\(column.type)"), .text(column.codecs.joined(separator: ",")),
          .text(column.encodings.joined(separator: ",")),
          column.dictionaryCount.map { .integer(Int64($0)) } ?? .missing,
          .integer(Int64(column.entryCount)), .integer(Int64(column.pageCount)),
          .size(column.uncompressedBytes), .size(column.compressedBytes),
          .text(NumberText.fixed(share, places: 1) + "%"),
        ]))
    }
    return table
  }

  package static func rowGroups(_ layout: BlockLayout, limit: Int) -> Table {
    var table = Table(columns: [
      .init("#", key: "row_group", alignment: .right),
      .init("Traces", key: "traces", alignment: .right),
      .init("Raw", key: "uncompressed_bytes", alignment: .right),
      .init("Stored", key: "compressed_bytes", alignment: .right),
      .init("First trace ID", key: "first_trace_id"), .init("Last trace ID", key: "last_trace_id"),
    ])
    for (number, group) in layout.rowGroups.enumerated().prefix(limit) {
      table.append(
        .init([
          .integer(Int64(number)), .integer(Int64(group.rowCount)),
          .size(group.uncompressedBytes), .size(group.compressedBytes),
          group.firstTraceID.map { .text(Hex.encode($0)) } ?? .missing,
          group.lastTraceID.map { .text(Hex.encode($0)) } ?? .missing,
        ]))
    }
    return table
  }
}
