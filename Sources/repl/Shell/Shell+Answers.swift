import Engine
import OTLP
import Server
import Wire

extension Shell {
  /// Shows what a search found, in the mode that is set, and remembers its rows.
  func show(_ result: SearchResult) {
    let zone = session.settings.zone
    switch options.mode {
    case .tree:
      let drawing = ResultTree(
        width: screenWidth, style: answerStyle, zone: zone)
      answer.traceIDs = result.traces.map(\.traceID)
      output.write(lines: drawing.lines(result.traces))
    case .otlpJSON: break
    default:
      let readers = options.mode.readers
      let showsSpans = session.settings.rows == .spans
      let table =
        showsSpans
        ? SpanRows.table(result.traces, for: readers, zone: zone)
        : TraceRows.table(result.traces, for: readers, zone: zone)
      if showsSpans { rememberSpans(result) } else { rememberTraces(result) }
      show(table, isNumbered: true)
    }
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

  /// Shows any table in the mode that is set.
  func show(_ table: Table, isNumbered: Bool = false) {
    let zone = session.settings.zone
    switch options.mode {
    case .csv: output.write(DelimitedText.commaSeparated(table))
    case .tsv: output.write(DelimitedText.tabSeparated(table))
    case .ndjson, .otlpJSON: output.write(JSONLines.bytes(table))
    case .json: output.write(JSONLines.array(table))
    case .markdown: output.write(MarkdownTable.text(table, zone: zone))
    case .line: output.write(lines: LineBlocks.lines(table, zone: zone))
    case .auto, .table, .tree, .chart:
      guard !table.rows.isEmpty else { return }
      let drawing = TextTable(width: screenWidth, style: answerStyle, zone: zone)
      output.write(
        lines: drawing.lines(isNumbered ? table.numbered(inWidth: screenWidth) : table) + spacer)
    }
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
