/// Something found in a block that should not be so.
package struct BlockFinding: Sendable, Equatable {
  /// Raw values are what people and programs read.
  package enum Severity: String, Sendable {
    /// Bytes contradict each other, or Tempo would be misled.
    case damage
    /// Allowed, and known to give trouble.
    case warning
  }

  package var severity: Severity
  /// The name of the check, the same from version to version.
  package var check: String
  /// The object, and the column and row group where it is about one.
  package var place: String
  package var offset: Int?
  package var message: String
}

/// What verifying a block gave.
package struct BlockReport: Sendable {
  package var findings: [BlockFinding] = []
  package var traceCount = 0
  package var spanCount = 0
  package var pageCount = 0
  package var columnCount = 0
  package var byteCount = 0
  /// Checking was stopped before its end.
  package var isPartial = false

  /// What can be said of a block that nobody came to.
  package static func unchecked(_ block: Block) -> BlockReport {
    var report = BlockReport()
    report.isPartial = true
    report.findings = [
      BlockFinding(
        severity: .warning, check: "stopped", place: block.location, offset: nil,
        message: "nothing of it was checked")
    ]
    return report
  }

  package var isDamaged: Bool { findings.contains { $0.severity == .damage } }
}
