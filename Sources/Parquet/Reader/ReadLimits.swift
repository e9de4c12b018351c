/// What a file may claim before its reader refuses it. Sizes nobody has met in a sound file: these
/// guard against damage; what a query may hold is bounded by its `MemoryBudget`.
package struct ReadLimits: Sendable, Equatable {
  /// Bytes of the footer; blocks of 40 GB have 7 MB.
  package var footerBytesMax = 256 << 20
  /// Structures within structures in the footer, page headers and indexes.
  package var metadataNestingMax = 32
  /// Groups within groups of the schema.
  package var schemaNestingMax = 64
  /// Rows of a file: row numbers are kept in 32 bits.
  package var rowsMax = Int(Int32.max)
  /// Bytes of one page, as stored and decompressed.
  package var pageBytesMax = 1 << 30
  /// Level entries of one page, or entries of a dictionary.
  package var pageEntriesMax = 1 << 26
  /// Bytes the strings of one page may come to when prefixes are written out.
  package var pageTextBytesMax = 1 << 28
  /// Bytes of a decompressed dictionary.
  package var dictionaryBytesMax = 1 << 30

  package init() {}
}
