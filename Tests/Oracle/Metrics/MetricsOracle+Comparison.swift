import TraceQL

/// What makes a span one of the selection: traceql-metrics.md 9.
struct ComparedSides {
  let filter: FieldExpression
  /// Unix nanoseconds; 0: no bounds.
  let start: Int64
  let end: Int64

  func isSelected(_ place: Place) -> Bool {
    let moment = place.span.stored.start
    let isInside = start == 0 && end == 0 || start < moment && moment <= end
    return isInside && place.passes(filter)
  }
}

/// `compare()`: every attribute of every observed span, once (traceql-metrics.md 9), those of
/// events and links too.
extension MetricsOracle {
  private static let compared: [Intrinsic] = [
    .name, .status, .statusMessage, .kind, .rootName, .rootServiceName, .childCount,
    .instrumentationName, .instrumentationVersion, .eventName,
  ]

  func comparison(
    _ observed: [Observation], _ sides: ComparedSides, most: Int
  ) -> [OracleSeries] {
    let selection = observed.filter { sides.isSelected($0.place) }
    let baseline = observed.filter { !sides.isSelected($0.place) }
    return side("baseline", baseline, most) + side("selection", selection, most)
  }

  private func side(_ name: String, _ spans: [Observation], _ most: Int) -> [OracleSeries] {
    var carriers: [String: [(value: OracleValue, span: Observation)]] = [:]
    for span in spans {
      for label in Self.carried(span.place) {
        carriers[label.key, default: []].append((label.value, span))
      }
    }
    return carriers.flatMap { key, carried -> [OracleSeries] in
      func series(_ type: String, _ value: OracleValue, _ spans: [Observation]) -> OracleSeries {
        OracleSeries(
          labels: [("__meta_type", .string(type)), (key, value)], samples: each(spans, Self.count))
      }
      let values = Dictionary(grouping: carried) { $0.value.description }.values
      let ranked = values.map { (value: $0[0].value, spans: $0.map(\.span)) }.sorted { a, b in
        let (x, y) = (Self.frequency(a.spans), Self.frequency(b.spans))
        if x != y { return x > y }
        // Ties by the text of the value [M-12], floats with a point (4.4); of equal texts the order
        // is not specified.
        let texts = (a.value.tieText, b.value.tieText)
        return texts.0 == texts.1
          ? a.value.typeRank < b.value.typeRank
          : texts.0.utf8.lexicographicallyPrecedes(texts.1.utf8)
      }
      return ranked.prefix(most).map { series(name, $0.value, $0.spans) }
        + [series(name + "_total", .string("nil"), carried.map(\.span))]
    }
  }

  /// How many spans there are, to forty binary digits: sums of weights that differ only by the
  /// order of adding are equal.
  private static func frequency(_ spans: [Observation]) -> Double {
    let count = count(spans)
    guard count.isNormal else { return count }
    let digits = (count.significand * 0x1p40).rounded()
    return Double(sign: .plus, exponent: count.exponent - 40, significand: digits)
  }

  /// Every attribute a span carries, with its value as a label; of events and links the first that
  /// carries it (3.2).
  static func carried(_ place: Place) -> [Label] {
    let stored = place.span.stored
    var fields = compared.map { Field.intrinsic($0) }
    func add(_ scope: Attribute.Scope, _ attributes: [StoredAttribute]) {
      fields += attributes.map { Field.attribute(Attribute(scope, $0.key)) }
    }
    add(.span, stored.attributes)
    add(.resource, place.span.resource)
    // Never nil (traceql.md 3.4).
    fields.append(.attribute(Attribute(.resource, "service.name")))
    add(.instrumentation, place.span.scope.attributes)
    add(.event, stored.events.flatMap(\.attributes))
    add(.link, stored.links.flatMap(\.attributes))
    var seen: Set<String> = []
    return fields.filter { seen.insert("\($0)").inserted }
      .map { ("\($0)", place.value($0).label) }.filter { !$0.1.isNil }
  }
}

extension OracleValue {
  fileprivate var tieText: String {
    if case .float(let value) = self { "\(value)" } else { plainText }
  }
}
