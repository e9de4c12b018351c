/// The footer of a file: schema, row groups, who wrote it.
struct FileMetadata {
  var schema = FileSchema([])
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var createdBy = ""

  init(_ bytes: PaddedBytes, _ limits: ReadLimits) throws(DecodingFailure) {
    var reader = CompactReader(bytes, nestingMax: limits.metadataNestingMax)
    try reader.beginStructure()
    var id = 0
    var hasSchema = false
    while let type = try reader.nextField(&id) {
      switch id {
      case 2:
        schema = try FileSchema.read(&reader, type, limits)
        hasSchema = true
      case 3: rowCount = try reader.count(type)
      case 4:
        guard hasSchema else { throw .malformed("row groups before the schema") }
        let count = try reader.list(type, of: .structure)
        for _ in 0..<count {
          rowGroups.append(try RowGroup(from: &reader, leaves: schema.leaves.count))
        }
      case 6: createdBy = try reader.string(type)
      case 8, 9: throw .unsupported("encrypted files")
      default: try reader.skip(type)
      }
    }
    guard hasSchema else { throw .malformed("a footer without a schema") }
    try placeRowGroups(rowsMax: limits.rowsMax)
  }

  private mutating func placeRowGroups(rowsMax: Int) throws(DecodingFailure) {
    var row = 0
    for i in rowGroups.indices {
      rowGroups[i].rowStart = row
      guard rowGroups[i].rowCount <= rowsMax - row else {
        throw .limit("more than \(rowsMax) rows")
      }
      row += rowGroups[i].rowCount
    }
    guard row == rowCount else {
      throw .malformed("row groups of \(row) rows in a file of \(rowCount)")
    }
  }
}
