/// An answer as rows and columns, before a format is chosen.
package struct Table: Sendable {
  /// People want no column without values, programs the same columns every time.
  package enum Readers: Sendable { case people, programs }

  package enum Alignment: Sendable { case left, right }

  package struct Column: Sendable {
    /// Heading for people.
    package var title: String
    /// Heading for programs.
    package var key: String
    package var alignment: Alignment
    /// May be cut to make the table fit.
    package var canShrink: Bool
    /// Left out where the terminal is too narrow for all.
    package var isOptional: Bool
    /// What is kept of a text as long as there is anything else to give up.
    package var leastWidth: Int
    /// Shown once for rows that go on with the same trace.
    package var isShared: Bool

    package init(
      _ title: String, key: String, alignment: Alignment = .left, canShrink: Bool = false,
      isOptional: Bool = false, isShared: Bool = false, leastWidth: Int = 14
    ) {
      self.title = title
      self.key = key
      self.alignment = alignment
      self.canShrink = canShrink
      self.isOptional = isOptional
      self.isShared = isShared
      self.leastWidth = leastWidth
    }
  }

  package struct Row: Sendable {
    package var cells: [Cell]
    /// Goes on with what the row before is about.
    package var isContinuation: Bool

    package init(_ cells: [Cell], isContinuation: Bool = false) {
      self.cells = cells
      self.isContinuation = isContinuation
    }
  }

  package var columns: [Column]
  package var rows: [Row]

  package init(columns: [Column], rows: [Row] = []) {
    self.columns = columns
    self.rows = rows
    checkInvariants()
  }

  package mutating func append(_ row: Row) {
    rows.append(row)
    checkInvariants()
  }

  private func checkInvariants() {
    assert(rows.last.map { $0.cells.count == columns.count } ?? true, "a cell for every column")
  }
}
