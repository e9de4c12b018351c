/// A horizontal slice of the file: so many rows of every column.
package struct RowGroup: Sendable {
  package var rowCount = 0
  /// Number of the group's first row in the file.
  package var rowStart = 0
  /// By `Leaf.index`.
  package var chunks: [ColumnChunk] = []
  package var uncompressedBytes = 0

  init(rowCount: Int, rowStart: Int, chunks: [ColumnChunk]) {
    self.rowCount = rowCount
    self.rowStart = rowStart
    self.chunks = chunks
  }

  init(from reader: inout CompactReader, leaves: Int) throws(DecodingFailure) {
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 1:
        let count = try reader.list(type, of: .structure)
        guard count == leaves else {
          throw .malformed("a row group of \(count) columns in a schema of \(leaves)")
        }
        chunks.reserveCapacity(count)
        for _ in 0..<count { chunks.append(try ColumnChunk(from: &reader)) }
      case 2: uncompressedBytes = try reader.integer(type)
      case 3: rowCount = try reader.count(type)
      default: try reader.skip(type)
      }
    }
    guard chunks.count == leaves else { throw .malformed("a row group without columns") }
  }
}
