/// The footer of a file: schema, row groups, who wrote it.
struct FileMetadata {
  var leaves: [Leaf] = []
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var createdBy = ""

  /// Rows a row group or a file may claim: row numbers are kept in 32 bits.
  static let rowsMax = Int(Int32.max)

  init(_ bytes: PaddedBytes) throws(DecodingFailure) {
    var reader = CompactReader(bytes)
    try reader.beginStructure()
    var id = 0
    var hasSchema = false
    while let type = try reader.nextField(&id) {
      switch id {
      case 2:
        let count = try reader.list(type, of: .structure)
        var elements: [SchemaElement] = []
        for _ in 0..<count { elements.append(try SchemaElement(from: &reader)) }
        leaves = try SchemaTree(elements).leaves
        hasSchema = true
      case 3: rowCount = try reader.count(type)
      case 4:
        guard hasSchema else { throw .malformed("row groups before the schema") }
        let count = try reader.list(type, of: .structure)
        for _ in 0..<count {
          rowGroups.append(try RowGroup(from: &reader, leaves: leaves.count))
        }
      case 6: createdBy = try reader.string(type)
      case 8, 9: throw .unsupported("encrypted files")
      default: try reader.skip(type)
      }
    }
    guard hasSchema else { throw .malformed("a footer without a schema") }
    try placeRowGroups()
  }

  private mutating func placeRowGroups() throws(DecodingFailure) {
    var row = 0
    for i in rowGroups.indices {
      rowGroups[i].rowStart = row
      guard rowGroups[i].rowCount <= Self.rowsMax - row else {
        throw .limit("more than \(Self.rowsMax) rows")
      }
      row += rowGroups[i].rowCount
    }
    guard row == rowCount else {
      throw .malformed("row groups of \(row) rows in a file of \(rowCount)")
    }
  }
}
