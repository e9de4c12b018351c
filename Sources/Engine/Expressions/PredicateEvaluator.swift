import Columns
import Storage
import TraceQL

/// Evaluates predicates: over the whole span lane where fields belong to spans, row by row where a
/// filter ties several fields to one event or link.
extension UnitContext {
  /// Spans of `selection` that satisfy a predicate without event and link fields.
  func evaluate(
    _ predicate: Predicate, in selection: Bitmap
  ) throws(StorageError) -> Bitmap {
    switch predicate {
    case .constant(let value): return value ? selection : Bitmap(count: spanCount)
    case .test(let field, let test): return try spansPassing(field, test).intersection(selection)
    case .isNil(let field): return selection.subtracting(try present(field))
    case .isNotNil(let field): return try present(field).intersection(selection)
    case .and(let parts):
      var result = selection
      for part in parts {
        if result.isEmpty { break }
        try unit.checkpoint(taking: 0)
        result = try evaluate(part, in: result)
      }
      return result
    case .or(let parts):
      var result = Bitmap(count: spanCount)
      for part in parts {
        try unit.checkpoint(taking: 0)
        result.formUnion(try evaluate(part, in: selection.subtracting(result)))
      }
      return result
    case .not(let inner): return selection.subtracting(try evaluate(inner, in: selection))
    case .compare, .valueIsNil, .truth:
      let spans = selection.indices()
      let marks = try evaluate(predicate, rows: RowSet(spans: spans))
      var result = Bitmap(count: spanCount)
      result.insert(marks.indices().map { spans[Int($0)] })
      return result
    }
  }

  /// Rows that satisfy the predicate.
  func evaluate(_ predicate: Predicate, rows: RowSet) throws(StorageError) -> Bitmap {
    switch predicate {
    case .constant(let value): return Bitmap(count: rows.count, filled: value)
    case .test(let field, let test): return try rowsPassing(field, test, rows)
    case .isNil(let field): return try rowsPresent(field, rows).inverted()
    case .isNotNil(let field): return try rowsPresent(field, rows)
    case .and(let parts):
      var result = Bitmap(count: rows.count, filled: true)
      for part in parts { result.formIntersection(try evaluate(part, rows: rows)) }
      return result
    case .or(let parts):
      var result = Bitmap(count: rows.count)
      for part in parts { result.formUnion(try evaluate(part, rows: rows)) }
      return result
    case .not(let inner): return try evaluate(inner, rows: rows).inverted()
    case .compare(let op, let left, let right):
      return Self.compare(op, try evaluate(left, rows), try evaluate(right, rows))
    case .valueIsNil(let expression):
      let values = try evaluate(expression, rows)
      return Self.rows(values.count) { values.tags[$0] == .nil }
    case .truth(let expression):
      let values = try evaluate(expression, rows)
      return Self.rows(values.count) { values.tags[$0] == .bool && values.payloads[$0] != 0 }
    }
  }

  private static func rows(_ count: Int, where test: (Int) -> Bool) -> Bitmap {
    var result = Bitmap(count: count)
    for row in 0..<count where test(row) { result[row] = true }
    return result
  }

  private func rowsPassing(
    _ field: Field, _ test: LiteralTest, _ rows: RowSet
  ) throws(StorageError) -> Bitmap {
    guard field.isOfEvent || field.isOfLink else {
      let marks = try spansPassing(field, test)
      return Self.rows(rows.count) { marks[Int(rows.spans[$0])] }
    }
    // Where no event is chosen a value is needed: that of the first which carries the field.
    let chosen: [Int32]
    if let rows = field.isOfEvent ? rows.events : rows.links {
      chosen = rows
    } else {
      chosen = try firstCarriers(of: field, rows.spans)
    }
    let (_, marks) = try elementsPassing(field, test)
    return Self.rows(rows.count) { chosen[$0] >= 0 && marks[Int(chosen[$0])] }
  }

  private func rowsPresent(_ field: Field, _ rows: RowSet) throws(StorageError) -> Bitmap {
    guard let chosen = field.isOfEvent ? rows.events : field.isOfLink ? rows.links : nil else {
      let marks = try present(field)
      return Self.rows(rows.count) { marks[Int(rows.spans[$0])] }
    }
    guard case .attribute(let attribute) = field, let scope = attribute.scope.storage else {
      // Every event has a name and a time, every link its IDs.
      return Self.rows(rows.count) { chosen[$0] >= 0 }
    }
    let marks = try elementsPresent(scope, attribute.name)
    return Self.rows(rows.count) { chosen[$0] >= 0 && marks[Int(chosen[$0])] }
  }

  // MARK: Events and links

  /// Spans for which some event and some link (or none, where the span has none) satisfy all parts.
  func evaluateCorrelated(
    _ parts: [Predicate], in selection: Bitmap
  ) throws(StorageError) -> Bitmap {
    var candidates = selection
    // A test on an event needs an event that passes it: cheap, and often decisive.
    for case .test(let field, let test) in parts {
      candidates.formIntersection(try spansPassing(field, test))
      if candidates.isEmpty { return candidates }
    }
    if parts.count == 1, case .test = parts[0] { return candidates }
    if parts.contains(where: { $0.usesEvents && $0.usesLinks }) {
      return try spans(candidates, satisfying: parts)
    }
    // No part ties an event to a link: they are chosen one without the other.
    for group in [parts.filter { !$0.usesLinks }, parts.filter(\.usesLinks)] where !group.isEmpty {
      candidates = try spans(candidates, satisfying: group)
    }
    return candidates
  }

  /// Spans with some event and some link that satisfy all parts together.
  private func spans(
    _ candidates: Bitmap, satisfying parts: [Predicate]
  ) throws(StorageError) -> Bitmap {
    var result = Bitmap(count: spanCount)
    var pairs = try EventLinkPairs(
      self, candidates.indices(), events: parts.contains(where: \.usesEvents),
      links: parts.contains(where: \.usesLinks))
    while let rows = try pairs.next() {
      try unit.checkpoint(taking: 0)
      var marks = Bitmap(count: rows.count, filled: true)
      for part in parts { marks.formIntersection(try evaluate(part, rows: rows)) }
      result.insert(marks.indices().map { rows.spans[Int($0)] })
    }
    return result
  }
}
