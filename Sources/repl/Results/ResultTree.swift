package import Engine
import Wire

/// Draws a search result as a tree: traces, their groups if the query groups, their matched spans.
package struct ResultTree {
  /// Columns of the terminal; nil when the output has no width.
  package var width: Int?
  package var style: TextStyle
  package var zone: CivilTime.Zone

  package init(width: Int?, style: TextStyle, zone: CivilTime.Zone) {
    self.width = width
    self.style = style
    self.zone = zone
  }

  package func lines(_ traces: [TraceMatch]) -> [String] {
    traces.flatMap { trace in
      [heading(trace)] + branches(trace)
    }
  }

  private func heading(_ trace: TraceMatch) -> String {
    let service = PrintableText.escaped(trace.rootServiceName)
    let name = PrintableText.escaped(trace.rootTraceName)
    let root = [service, name].filter { !$0.isEmpty }.joined(separator: " · ")
    let facts = [
      CivilTime(unixNanoseconds: trace.startNanoseconds, zone: zone).readable,
      DurationText.format(nanoseconds: trace.durationNanoseconds),
      root.isEmpty ? "(root unknown)" : root,
    ]
    let traceID = Hex.encode(trace.traceID)
    let rest = fitted("  " + facts.joined(separator: "  "), after: traceID.count)
    return style.apply(.bold, to: traceID) + rest
  }

  private func branches(_ trace: TraceMatch) -> [String] {
    let sets = trace.spanSets
    guard sets.contains(where: { !$0.attributes.isEmpty }) || sets.count > 1 else {
      return sets.first.map { spans($0, of: trace, indent: "") } ?? []
    }
    return sets.enumerated().flatMap { index, set in
      let isLast = index == sets.count - 1
      let values = set.attributes.map { "\($0.key) = \(readable($0.value))" }
      let title = values.isEmpty ? "spans" : values.joined(separator: ", ")
      let line = branch(isLast) + title + "  (\(NumberText.counted(set.matched, "span")))"
      return [fitted(line, after: 0)] + spans(set, of: trace, indent: isLast ? "   " : "│  ")
    }
  }

  private func spans(_ set: SpanSetMatch, of trace: TraceMatch, indent: String) -> [String] {
    let hidden = set.matched - set.spans.count
    var lines = set.spans.enumerated().map { index, span in
      let isLast = index == set.spans.count - 1 && hidden <= 0
      return fitted(indent + branch(isLast) + line(span, of: trace), after: 0)
    }
    if hidden > 0 {
      let more = "… \(NumberText.counted(hidden, "more span")) (--rows spans shows all)"
      lines.append(fitted(indent + branch(true) + more, after: 0))
    }
    return lines
  }

  private func line(_ span: SpanMatch, of trace: TraceMatch) -> String {
    let offset = Int64(clamping: span.startNanoseconds) &- Int64(clamping: trace.startNanoseconds)
    let sign = offset < 0 ? "" : "+"
    var parts = [
      DisplayWidth.leftPadded(sign + DurationText.format(nanoseconds: offset), to: 9),
      DisplayWidth.leftPadded(DurationText.format(nanoseconds: span.durationNanoseconds), to: 8),
    ]
    let names = [span.service.map(readable), span.name.map(PrintableText.escaped)]
    let title = names.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
    if !title.isEmpty { parts.append(title) }
    parts += span.attributesButService.map {
      "\(PrintableText.escaped($0.key)) = \(readable($0.value))"
    }
    return parts.joined(separator: "  ")
  }

  private func branch(_ isLast: Bool) -> String { isLast ? "└─ " : "├─ " }
  private func readable(_ value: Value) -> String { Cell(value).readable(zone: zone) }

  private func fitted(_ text: String, after used: Int) -> String {
    width.map { DisplayWidth.truncated(text, to: max(1, $0 - used)) } ?? text
  }
}
