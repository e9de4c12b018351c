import Storage

/// `traceql blocks`: what there is to search.
enum BlocksCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let catalog = try await session.openCatalog(blocksOnly: true)
    let range = session.settings.timeRange
    let blocks = catalog.blocks
      .filter { block in range.map { block.metadata.mayOverlap($0) } ?? true }
      .sorted {
        ($0.metadata.timeRange?.lowerBound ?? 0, $0.name) < (
          $1.metadata.timeRange?.lowerBound ?? 0, $1.name
        )
      }
    TableOutput.write(
      table(blocks, session.settings.zone), footer: footer(blocks, session.settings.zone),
      session: session)
    if blocks.isEmpty { session.explainEmptyRange(catalog.blocks) }
    return .answered
  }

  static func table(_ blocks: [Block], _ zone: CivilTime.Zone) -> Table {
    var table = Table(columns: [
      .init("Block", key: "block", canShrink: true), .init("Version", key: "version"),
      .init(zone == .utc ? "Start (UTC)" : "Start", key: "start"), .init("End", key: "end"),
      .init("Duration", key: "duration_ns", alignment: .right, isOptional: true),
      .init("Traces", key: "traces", alignment: .right),
      .init("Size", key: "bytes", alignment: .right),
      .init("Row groups", key: "row_groups", alignment: .right, isOptional: true),
      .init("Level", key: "level", alignment: .right, isOptional: true),
    ])
    for block in blocks {
      let metadata = block.metadata
      let range = metadata.timeRange
      table.append(
        .init([
          .text(block.name), .text(metadata.format), range.map { .time($0.lowerBound) } ?? .missing,
          range.map { .time($0.upperBound) } ?? .missing,
          range.map { .duration(Int64(clamping: $0.upperBound - $0.lowerBound)) } ?? .missing,
          known(metadata.traceCount), metadata.byteCount > 0 ? .size(metadata.byteCount) : .missing,
          known(metadata.rowGroupCount), .integer(Int64(metadata.compactionLevel)),
        ]))
    }
    return table
  }

  /// Metadata says 0 where it does not know.
  private static func known(_ count: Int) -> Cell { count > 0 ? .integer(Int64(count)) : .missing }

  static func footer(_ blocks: [Block], _ zone: CivilTime.Zone) -> String {
    var parts = [
      NumberText.counted(blocks.count, "block"),
      NumberText.counted(blocks.reduce(0) { $0 + $1.metadata.traceCount }, "trace"),
      NumberText.bytes(blocks.reduce(0) { $0 + $1.metadata.byteCount }),
    ]
    let ranges = blocks.compactMap(\.metadata.timeRange)
    if let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max() {
      let ends = [first, last].map { CivilTime(unixNanoseconds: $0, zone: zone).readable }
      parts.append(ends.joined(separator: " to "))
    }
    return parts.joined(separator: " · ")
  }
}
