import Engine

/// Rows as they come: lines of JSON, or a table that goes on.
struct FollowOutput {
  private let session: Session
  /// Headings above the rows so far, and how wide their columns became.
  private var titles: [String] = []
  private var widths: [Int] = []

  init(_ session: Session) { self.session = session }

  mutating func show(_ traces: [TraceMatch]) {
    guard !traces.isEmpty else { return }
    let settings = session.settings
    let readers = TableOutput.readers(session)
    let table =
      settings.rows == .spans
      ? SpanRows.table(traces, for: readers, zone: settings.zone)
      : TraceRows.table(traces, for: readers, zone: settings.zone)
    guard settings.format == .table else {
      return StandardStream.output.write(JSONLines.bytes(table))
    }
    let drawing = TextTable(
      width: session.terminal.outputWidth, style: session.terminal.outputStyle,
      zone: settings.zone)
    let headings = table.columns.map(\.title)
    let goesOn = headings == titles
    if !goesOn { widths = [] }
    titles = headings
    let lines = drawing.lines(table, continuing: &widths)
    StandardStream.output.write(
      lines.dropFirst(goesOn ? 1 : 0).joined(separator: "\n") + "\n")
  }
}
