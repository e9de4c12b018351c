import Foundation
import TraceQL

/// What functions make of the spans of a group: traceql-metrics.md 6 to 8.
extension MetricsOracle {
  func series(
    _ function: MetricsFunction, _ labels: [Label], _ spans: [Observation]
  ) -> [OracleSeries] {
    func one(_ samples: [Double]) -> [OracleSeries] {
      [OracleSeries(labels: labels, samples: samples)].filter(\.hasSamples)
    }
    switch function {
    case .countOverTime: return one(each(spans, Self.count))
    case .rate:
      let seconds = Double(window.step) / 1e9
      return one(each(spans) { Self.count($0) * (1 / seconds) })
    case .minOverTime(let field): return one(each(spans) { numbers(field, $0).min() ?? .nan })
    case .maxOverTime(let field): return one(each(spans) { numbers(field, $0).max() ?? .nan })
    case .sumOverTime(let field): return one(each(spans) { total(field, $0)?.sum ?? .nan })
    case .averageOverTime(let field):
      return one(each(spans) { spans in total(field, spans).map { $0.sum / $0.weight } ?? .nan })
    case .histogramOverTime(let field): return histogram(field, labels, spans)
    case .quantileOverTime(let field, let ranks):
      var seen: Set<Double> = []
      return ranks.filter { seen.insert($0).inserted }.compactMap { rank in
        quantile(rank, field, labels + [("p", .float(rank))], spans)
      }
    case .compare: return []
    }
  }

  func each(_ spans: [Observation], _ combine: ([Observation]) -> Double) -> [Double] {
    (0..<window.intervalCount).map { interval in
      combine(spans.filter { $0.interval == interval })
    }
  }

  static func count(_ spans: [Observation]) -> Double { spans.map(\.weight).reduce(0, +) }

  private func numbers(_ field: Field, _ spans: [Observation]) -> [Double] {
    spans.compactMap { number(field, $0.place) }
  }

  /// Of the spans with a value. Durations are whole nanoseconds (3.2): unless they are weighted,
  /// their sum has no rounding before it is shown.
  private func total(_ field: Field, _ spans: [Observation]) -> (sum: Double, weight: Double)? {
    let counted = spans.filter { number(field, $0.place) != nil }
    if counted.isEmpty { return nil }
    let nanoseconds = counted.compactMap { wholeNanoseconds(field, $0.place) }
    if nanoseconds.count == counted.count, counted.allSatisfy({ $0.weight == 1 }) {
      let sum = nanoseconds.reduce(Int128(0)) { $0 + Int128($1) }
      return (Double(sum) / 1e9, Double(counted.count))
    }
    let products = counted.map { (number(field, $0.place) ?? 0) * $0.weight }
    return (products.reduce(0, +), Self.count(counted))
  }

  // MARK: Histograms and quantiles

  private func histogram(
    _ field: Field, _ labels: [Label], _ spans: [Observation]
  ) -> [OracleSeries] {
    let values = each(spans) { Double(numbers(field, $0).count) }
    let buckets = Set(spans.compactMap { bucket(field, $0.place) })
    return buckets.sorted().map { bucket in
      let counts = each(spans) { spans in
        Self.count(spans.filter { self.bucket(field, $0.place) == bucket })
      }
      // An interval in which the group has nothing at all is missing.
      return OracleSeries(
        labels: labels + [("__bucket", .float(bucket))],
        samples: zip(counts, values).map { $1 == 0 ? .nan : $0 })
    }
  }

  private func quantile(
    _ rank: Double, _ field: Field, _ labels: [Label], _ spans: [Observation]
  ) -> OracleSeries? {
    var result = OracleSeries(labels: labels, samples: [])
    switch quantiles {
    case .powersOfTwo:
      result.samples = each(spans) { interpolated(rank, field, $0) }
    case .withinError:
      result.bounds = (0..<window.intervalCount).map { interval in
        let inside = spans.filter { $0.interval == interval }
        return Self.bounds(
          rank,
          inside.compactMap { span in number(field, span.place).map { ($0, span.weight) } })
      }
      result.samples = result.bounds.map { $0?.lowerBound ?? .nan }
    }
    return result.hasSamples ? result : nil
  }

  /// 8.2; scaled counts are cut to integers.
  private func interpolated(
    _ rank: Double, _ field: Field, _ spans: [Observation]
  ) -> Double {
    var counts: [Double: Double] = [:]
    for span in spans {
      if let bucket = bucket(field, span.place) { counts[bucket, default: 0] += span.weight }
    }
    let occupied = counts.mapValues { $0.rounded(.down) }.sorted { $0.key < $1.key }
    let all = occupied.map(\.value).reduce(0, +)
    if all == 0 { return .nan }
    let k = max(1, (rank * all).rounded(.up))
    var before = 0.0
    for (j, (upper, count)) in occupied.enumerated() {
      if before + count < k {
        before += count
        continue
      }
      // The bucket of numbers up to 0 is none of Tempo's: it has no edge to interpolate from.
      if before + count == k || upper <= 0 { return upper }
      let high = log2(upper)
      let below = j > 0 ? occupied[j - 1].key : 0
      let low = below > 0 ? log2(below) : high - 1
      return pow(2, low + (high - low) * ((k - before) / count))
    }
    return .nan
  }

  /// Within 1 % of the values that stand at the rank, whichever way ranks are counted.
  private static func bounds(
    _ rank: Double, _ values: [(value: Double, weight: Double)]
  ) -> ClosedRange<Double>? {
    if values.isEmpty { return nil }
    let sorted = values.sorted { $0.value < $1.value }
    let all = sorted.map(\.weight).reduce(0, +)
    var near: [Double] = []
    if sorted.allSatisfy({ $0.weight == 1 }) {
      let position = rank * Double(sorted.count - 1)
      let nearest = max(1, Int((rank * Double(sorted.count)).rounded(.up))) - 1
      let at = [Int(position.rounded(.down)), Int(position.rounded(.up)), nearest].sorted()
      near = [sorted[at[0]].value, sorted[min(at[2], sorted.count - 1)].value]
    } else {
      // One unit of weight on both sides is a matter of counting.
      var before = 0.0
      for (value, weight) in sorted {
        if before <= rank * all + 1 && before + weight >= rank * all - 1 { near.append(value) }
        before += weight
      }
    }
    let low = near.first ?? sorted[sorted.count - 1].value
    let high = near.last ?? sorted[sorted.count - 1].value
    return low - abs(low) * 0.010001...high + abs(high) * 0.010001
  }

  // MARK: Values

  /// Seconds of durations (3.2); nil for what is no number.
  func number(_ field: Field, _ place: Place) -> Double? {
    switch argument(field, place) {
    case .duration(let nanoseconds): return Double(nanoseconds) / 1e9
    case .int(let value): return Double(value)
    case .float(let value): return value.isNaN ? nil : value
    default: return nil
    }
  }

  private func wholeNanoseconds(_ field: Field, _ place: Place) -> Int64? {
    if case .duration(let value) = argument(field, place) { value } else { nil }
  }

  /// An unscoped name is looked for in every scope.
  private func argument(_ field: Field, _ place: Place) -> OracleValue {
    guard case .attribute(let attribute) = field, attribute.scope == .unscoped else {
      return place.value(field)
    }
    let name = attribute.name
    let own = place.span.stored.attributes + place.span.resource
    if own.contains(where: { $0.key == name }) { return place.value(field) }
    let others: [Attribute.Scope] = [.event, .link, .instrumentation]
    let values = others.map { place.value(Field.attribute(Attribute($0, name))) }
    return values.first { !$0.isNil } ?? .none
  }

  /// The smallest power of two that is not less; 0 for what is not above 0. Of nanoseconds, given
  /// in seconds.
  ///
  /// An attribute that hides a duration of the parent is a number of seconds among durations: it
  /// stands in their buckets, for one heat map has one set of edges.
  func bucket(_ field: Field, _ place: Place) -> Double? {
    func power(_ value: Double) -> Double {
      value <= 0 ? 0 : pow(2, log2(value).rounded(.up))
    }
    let isAmongDurations =
      switch field {
      case .attribute(let attribute):
        attribute.scope == .parent && ["duration", "traceDuration"].contains(attribute.name)
      case .intrinsic: false
      }
    let unit = isAmongDurations ? 1e9 : 1
    switch argument(field, place) {
    case .duration(let nanoseconds): return power(Double(nanoseconds)) / 1e9
    case .int(let value): return power(Double(value) * unit) / unit
    case .float(let value): return value.isNaN ? nil : power(value * unit) / unit
    default: return nil
    }
  }
}
