package import Engine

/// What the operators of a query cost, as a tree beside columns of numbers.
package enum AnalysisTable {
  package static func table(_ analysis: QueryAnalysis, _ readers: Table.Readers) -> Table {
    var table = Table(columns: [
      .init("Operator", key: "operator", canShrink: true, leastWidth: 30),
      .init("Rows in", key: "rows_in", alignment: .right),
      .init("out", key: "rows_out", alignment: .right),
      .init("Wall", key: "wall_ns", alignment: .right),
      .init("%", key: "share", alignment: .right),
      .init("All threads", key: "threads_ns", alignment: .right, isOptional: true),
      .init("Threads", key: "threads", alignment: .right, isOptional: true),
      .init("Read", key: "bytes", alignment: .right),
      .init("Pages", key: "pages", alignment: .right),
      .init("Pruned", key: "pages_pruned", alignment: .right, isOptional: true),
    ])
    for (index, row) in analysis.rows.enumerated() {
      func count(_ value: Int?) -> Cell { Self.count(value, readers) }
      // The name of a group of operators has no costs of its own.
      let isHeading = row.nanoseconds == 0 && row.threadCount == 0
      table.append(
        .init([
          .text((readers == .people ? branches(index, analysis.rows) : "") + row.label),
          count(row.rowsIn),
          count(row.rowsOut),
          isHeading ? .missing : .duration(Int64(row.wallNanoseconds)),
          isHeading ? .missing : share(row.wallNanoseconds, of: analysis.wallNanoseconds),
          isHeading ? .missing : .duration(Int64(row.nanoseconds)),
          row.threadCount > 0 ? .integer(Int64(row.threadCount)) : .missing,
          row.bytesRead > 0 ? .size(row.bytesRead) : .missing,
          row.pagesRead > 0 ? count(row.pagesRead) : .missing,
          row.pagesPruned > 0 ? count(row.pagesPruned) : .missing,
        ]))
    }
    return table
  }

  package static func footer(_ analysis: QueryAnalysis) -> String {
    let share = Int((analysis.explainedShare * 100).rounded())
    let wall = DurationText.format(nanoseconds: Int64(analysis.wallNanoseconds))
    return "\(wall) on \(NumberText.counted(analysis.threadCount, "thread")); the operators "
      + "stand for \(share) % of it"
  }

  private static func count(_ value: Int?, _ readers: Table.Readers) -> Cell {
    guard let value else { return .missing }
    return readers == .people ? .text(NumberText.grouped(value)) : .integer(Int64(value))
  }

  private static func share(_ part: Int, of whole: Int) -> Cell {
    .text(NumberText.fixed(whole > 0 ? 100 * Double(part) / Double(whole) : 0, places: 1))
  }

  /// The lines of the tree in front of a label.
  private static func branches(_ index: Int, _ rows: [QueryAnalysis.Row]) -> String {
    let depth = rows[index].depth
    var result = ""
    for level in stride(from: 1, through: depth, by: 1) {
      let next = rows[(index + 1)...].first { $0.depth <= level }
      let goesOn = next.map { $0.depth == level } ?? false
      result += level == depth ? (goesOn ? "├─ " : "└─ ") : (goesOn ? "│  " : "   ")
    }
    return result
  }
}
