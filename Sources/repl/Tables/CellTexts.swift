/// The cells of a table as text, and how wide each column is to be.
struct CellTexts {
  let columns: [Table.Column]
  var titles: [String]
  var rows: [[String]]
  /// 0 hides a column.
  var widths: [Int]
  private let table: Table

  /// nil: `isOver` said that nobody waits for them any more.
  init?(_ table: Table, zone: CivilTime.Zone, isOver: () -> Bool) {
    self.table = table
    columns = table.columns
    titles = table.columns.map { PrintableText.escaped($0.title) }
    rows = []
    rows.reserveCapacity(table.rows.count)
    for (index, row) in table.rows.enumerated() {
      if index % TextTable.rowsBetweenChecks == 0, isOver() { return nil }
      rows.append(
        zip(row.cells, table.columns).map { cell, column in
          row.isContinuation && column.isShared ? "" : cell.readable(zone: zone)
        })
    }
    widths = []
    widths = titles.indices.map(widest)
  }

  private func widest(_ column: Int) -> Int {
    rows.reduce(DisplayWidth.of(titles[column])) { max($0, DisplayWidth.of($1[column])) }
  }

  /// Shortens times: to the clock if all are of one day, which then is the title; else without
  /// year and milliseconds.
  mutating func compactTimes(zone: CivilTime.Zone) {
    for column in columns.indices {
      let times = table.rows.map { row -> CivilTime? in
        guard case .time(let moment) = row.cells[column] else { return nil }
        return CivilTime(unixNanoseconds: moment, zone: zone)
      }
      let days = Set(times.compactMap { $0?.monthAndDay })
      guard !days.isEmpty else { continue }
      if days.count == 1, let day = days.first { titles[column] = day }
      for (row, time) in times.enumerated() where !rows[row][column].isEmpty {
        guard let time else { continue }
        rows[row][column] = days.count == 1 ? time.clock : time.compact
      }
      widths[column] = widest(column)
    }
  }
}
