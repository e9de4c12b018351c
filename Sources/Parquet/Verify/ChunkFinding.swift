/// Something found in a column chunk that should not be so.
package struct ChunkFinding: Sendable, Equatable {
  package enum Severity: Sendable, Equatable {
    /// Bytes contradict each other, or a reader of the format would be misled.
    case damage
    /// Allowed, and known to give trouble.
    case warning
  }

  package var severity: Severity
  /// The name of the check, the same from version to version.
  package var check: String
  /// Position in the file, where there is one.
  package var offset: Int?
  package var message: String
}

/// What verifying a column chunk gave.
package struct ChunkReport: Sendable {
  package var findings: [ChunkFinding] = []
  /// Data pages decoded.
  package var pageCount = 0
  package var isFullyDictionaryCoded = false
  /// For every repeated depth a digest of how many elements stand under each element above; equal
  /// digests mean equal nesting. Empty if the levels could not be read.
  package var nesting: [UInt64] = []
}
