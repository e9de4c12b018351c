/// What can be wrong with a Parquet file: always the file's fault, never ours.
package struct ParquetError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// No `PAR1` magic: some other kind of file.
    case notParquet
    /// Bytes contradict each other or the format.
    case damaged
    /// Valid Parquet that this reader does not read (codec, encoding, encryption).
    case unsupported
    /// A length or count above what we are willing to allocate.
    case limit
    /// The query's memory is used up.
    case memory
    /// The bytes could not be fetched.
    case unreadable
    /// The caller asked to stop.
    case cancelled
  }

  package var kind: Kind
  /// The name the file was opened under.
  package var file: String
  /// Dotted leaf path, if the trouble is in one column.
  package var column: String?
  /// Absolute byte offset in the file, if known.
  package var offset: Int?
  /// Lower case, no full stop.
  package var message: String

  package init(
    _ kind: Kind, file: String, column: String? = nil, offset: Int? = nil, _ message: String
  ) {
    self.kind = kind
    self.file = file
    self.column = column
    self.offset = offset
    self.message = message
  }

  package var description: String {
    var text = file
    if let column { text += ", column \(column)" }
    if let offset { text += ", at byte \(offset)" }
    return text + ": " + message
  }
}
