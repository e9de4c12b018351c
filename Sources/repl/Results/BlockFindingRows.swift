package import Storage

/// What `blocks verify` found.
package struct BlockFindingRows: Sendable {
  /// A row for each finding.
  package private(set) var table = Table(columns: [
    .init("Block", key: "block", isShared: true), .init("Severity", key: "severity"),
    .init("Check", key: "check"), .init("Place", key: "place", canShrink: true),
    .init("Offset", key: "offset", alignment: .right, isOptional: true),
    .init("Message", key: "message", canShrink: true),
  ])
  package private(set) var damagedCount = 0
  private var blockCount = 0
  private var partialCount = 0
  private var warningCount = 0
  private var traceCount = 0
  private var byteCount = 0

  package init() {}

  package mutating func add(_ report: BlockReport, of block: Block) {
    blockCount += 1
    traceCount += report.traceCount
    byteCount += report.byteCount
    if report.isDamaged { damagedCount += 1 }
    if report.isPartial { partialCount += 1 }
    for (index, finding) in report.findings.enumerated() {
      if finding.severity == .warning { warningCount += 1 }
      table.append(
        .init(
          [
            .text(block.name), .text(finding.severity.rawValue), .text(finding.check),
            .text(finding.place), finding.offset.map { .integer(Int64($0)) } ?? .missing,
            .text(finding.message),
          ], isContinuation: index > 0))
    }
  }

  /// A block that was not looked at any more.
  package mutating func addUnchecked(_ block: Block) {
    add(.unchecked(block), of: block)
  }

  /// "3 blocks, 1 damaged, 2 warnings · 1,732 traces · 2.10 MB"
  package var summary: String {
    var text = NumberText.counted(blockCount, "block")
    if damagedCount > 0 {
      text += ", \(NumberText.grouped(damagedCount)) damaged"
    } else if partialCount == 0 {
      text += ", all sound"
    }
    if partialCount > 0 { text += ", \(NumberText.grouped(partialCount)) not checked to the end" }
    if warningCount > 0 { text += ", " + NumberText.counted(warningCount, "warning") }
    return text + " · \(NumberText.counted(traceCount, "trace")) · \(NumberText.bytes(byteCount))"
  }

  /// A line for the block, then one for each finding.
  static func lines(_ report: BlockReport, of block: Block, _ style: TextStyle) -> [String] {
    let verdict =
      report.isDamaged
      ? style.apply(.red, to: "damaged")
      : report.isPartial
        ? style.apply(.yellow, to: "not checked to the end") : style.apply(.green, to: "sound")
    let facts = [
      block.metadata.format, NumberText.counted(report.traceCount, "trace"),
      NumberText.counted(report.spanCount, "span"),
      "\(NumberText.counted(report.columnCount, "column")) in "
        + NumberText.counted(report.pageCount, "page"),
      NumberText.bytes(report.byteCount),
    ]
    var lines = ["\(block.name)  \(verdict)  \(facts.joined(separator: " · "))"]
    for finding in report.findings {
      let colour = finding.severity == .damage ? TextStyle.Emphasis.red : .yellow
      let place = finding.place + (finding.offset.map { ", at byte \($0)" } ?? "")
      let label = style.apply(colour, to: finding.severity.rawValue + ":")
      lines.append(
        "  \(label) \(PrintableText.escaped(place)): \(PrintableText.escaped(finding.message)) "
          + "[\(finding.check)]")
    }
    return lines
  }
}
