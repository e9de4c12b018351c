import Columns
import Storage
import TraceQL

/// The event and link by which each listed span passed each filter: results show their values
/// (traceql.md 8.5), not those of some other event of the span.
struct Witnesses {
  private struct Choice {
    var fields: Set<Field>
    var events: [Int32]
    var links: [Int32]
    /// Listed spans that pass the filter; the others have no witness.
    var passing: Bitmap
  }

  private var choices: [Choice] = []

  init(_ plan: SearchPlan, _ context: UnitContext, _ spans: [UInt32]) throws(StorageError) {
    for filter in plan.filters where !filter.correlatedParts.isEmpty {
      let fields = filter.correlatedParts.flatMap(\.fields).filter { $0.isOfEvent || $0.isOfLink }
      var choice = Choice(
        fields: Set(fields), events: [Int32](repeating: -1, count: spans.count),
        links: [Int32](repeating: -1, count: spans.count), passing: Bitmap(count: spans.count))
      var pairs = try EventLinkPairs(
        context, spans, events: fields.contains(where: \.isOfEvent),
        links: fields.contains(where: \.isOfLink))
      // Rows stand in the order of the spans they were made for.
      var listed = 0
      while let rows = try pairs.next() {
        try context.unit.checkpoint(taking: 0)
        var marks = Bitmap(count: rows.count, filled: true)
        for part in filter.spanParts + filter.correlatedParts {
          marks.formIntersection(try context.evaluate(part, rows: rows))
        }
        for row in marks.indices() {
          while spans[listed] != rows.spans[Int(row)] { listed += 1 }
          if choice.passing[listed] { continue }
          choice.passing[listed] = true
          choice.events[listed] = rows.events?[Int(row)] ?? -1
          choice.links[listed] = rows.links?[Int(row)] ?? -1
        }
      }
      choices.append(choice)
    }
  }

  /// A field's value for each listed span: of the witness, else of the first event or link with it.
  func values(
    _ field: Field, _ context: UnitContext, _ rows: RowSet
  ) throws(StorageError) -> FieldVector {
    var result = try context.values(field, rows)
    guard field.isOfEvent || field.isOfLink else { return result }
    for choice in choices where choice.fields.contains(field) {
      let chosen = RowSet(spans: rows.spans, events: choice.events, links: choice.links)
      let values = try context.values(field, chosen)
      for row in choice.passing.indices() {
        result.set(values.value(at: Int(row)), at: Int(row))
      }
    }
    return result
  }
}
