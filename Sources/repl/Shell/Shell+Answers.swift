import Engine
import OTLP
import Server
import Wire

extension Shell {
  /// How answers are shown: as it is set, or as the name of the file they go to says.
  var mode: ShellMode { options.mode == .auto ? output.fileMode ?? .auto : options.mode }

  /// Shows what a search found, in the mode that is set, and remembers its rows.
  func show(_ result: SearchResult) {
    let zone = session.settings.zone
    switch mode {
    case .tree:
      let drawing = ResultTree(
        width: screenWidth, style: answerStyle, zone: zone)
      answer.traceIDs = result.traces.map(\.traceID)
      output.write(lines: drawing.lines(result.traces))
    case .otlpJSON: break
    default:
      let showsSpans = session.settings.rows == .spans
      if showsSpans { rememberSpans(result) } else { rememberTraces(result) }
      show(table(result, showsSpans: showsSpans), isNumbered: true)
    }
  }

  /// A row for each trace or span; Ctrl-C leaves the first ones.
  private func table(_ result: SearchResult, showsSpans: Bool) -> Table {
    let (readers, zone) = (mode.readers, session.settings.zone)
    var table: Table
    let rows: (TraceMatch) -> [Table.Row]
    if showsSpans {
      let spans = SpanRows(result.traces, for: readers, zone: zone)
      (table, rows) = (Table(columns: spans.columns), spans.rows)
    } else {
      let traces = TraceRows(result.traces, for: readers, zone: zone)
      (table, rows) = (Table(columns: traces.columns), traces.rows)
    }
    let keyboard = InterruptionCheck()
    for (index, trace) in result.traces.enumerated() {
      if index % TextTable.rowsBetweenChecks == 0, keyboard.happened { break }
      table.rows += rows(trace)
    }
    return table
  }

  private func rememberTraces(_ result: SearchResult) {
    // A trace whose spans are grouped has a row for each group.
    answer.traceIDs = result.traces.map(\.traceID)
    answer.spans = []
  }

  private func rememberSpans(_ result: SearchResult) {
    answer.traceIDs = []
    answer.spans = []
    for trace in result.traces {
      for span in trace.spanSets.flatMap(\.spans) {
        answer.traceIDs.append(trace.traceID)
        answer.spans.append(.init(traceID: trace.traceID, spanID: span.spanID))
      }
    }
  }

  /// Shows any table in the mode that is set. After Ctrl-C only its first rows, and says so.
  /// `isLast`: nothing is said about it below.
  func show(_ table: Table, isNumbered: Bool = false, isLast: Bool = false) {
    let zone = session.settings.zone
    switch mode {
    case .auto, .table, .tree, .chart:
      guard !table.rows.isEmpty else { return }
      let whole = isNumbered ? table.numbered(inWidth: screenWidth) : table
      let drawing = TextTable(width: screenWidth, style: answerStyle, zone: zone)
      let keyboard = InterruptionCheck()
      var shown = whole
      var lines = drawing.lines(whole, isOver: { keyboard.happened })
      if lines == nil {
        shown.rows = Array(shown.rows.prefix(Self.interruptedRowsMax))
        lines = drawing.lines(shown)
      }
      output.write(lines: (lines ?? []) + (isLast ? [] : spacer))
      noteCut(shown.rows.count, of: whole.rows.count)
    case .csv, .tsv, .ndjson, .otlpJSON, .json, .markdown, .line:
      let rows = RowText(columns: table.columns, mode: mode, zone: zone)
      let keyboard = InterruptionCheck()
      var text = rows.start
      var written = 0
      for row in table.rows {
        text += rows.row(row, isFirst: written == 0)
        written += 1
        guard written % TextTable.rowsBetweenChecks == 0 else { continue }
        output.write(text)
        text = []
        if keyboard.happened { break }
      }
      output.write(text + rows.end(isEmpty: table.rows.isEmpty))
      noteCut(written, of: table.rows.count)
    }
  }

  /// Rows that are still drawn after Ctrl-C.
  private static let interruptedRowsMax = 1_000

  private func noteCut(_ shown: Int, of all: Int) {
    guard shown < all else { return }
    output.complain(
      "traceql: interrupted: the first \(NumberText.grouped(shown)) of "
        + "\(NumberText.counted(all, "row")) are shown\n")
  }

  /// A blank line between a table and what is said about it.
  var spacer: [String] { options.showsTimer ? [""] : [] }

  /// Columns answers are fitted to; nil where they do not go to a screen.
  var screenWidth: Int? { output.isTerminal ? WindowSize.current.columns : nil }

  var answerStyle: TextStyle { output.isTerminal ? session.terminal.outputStyle : .plain }
}

extension Table {
  private static let narrowWidth = 100

  /// The same with a first column of numbers, which dot commands take. Rows that go on with a
  /// trace have none.
  package func numbered(inWidth width: Int? = nil) -> Table {
    var result = Table(columns: [Column("#", key: "#", alignment: .right)] + columns)
    // Rows have their numbers to be named by: on a narrow screen names are worth more than IDs.
    if let width, width < Self.narrowWidth, columns.first?.key == "trace_id" {
      result.columns[1].canShrink = true
      result.columns[1].leastWidth = 9
    }
    var number: Int64 = 0
    for row in rows {
      if !row.isContinuation { number += 1 }
      let cell: Cell = row.isContinuation ? .missing : .integer(number)
      result.append(Row([cell] + row.cells, isContinuation: row.isContinuation))
    }
    return result
  }
}
