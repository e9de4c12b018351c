/// Where one trace, or the part of it in one file, lies in a block.
package struct TraceLocation: Sendable, Equatable {
  /// Index into `Block.files()`.
  package var file: Int
  package var rowGroup: Int
  /// Row of the row group.
  package var row: Int

  package init(file: Int, rowGroup: Int, row: Int) {
    self.file = file
    self.rowGroup = rowGroup
    self.row = row
  }
}
