import TraceQL

/// Second stages and arithmetic: traceql-metrics.md 10 and 11.
extension MetricsOracle {
  func apply(_ stage: MetricsSecondStage, to series: [OracleSeries]) -> [OracleSeries] {
    switch stage {
    case .compare(let op, let literal):
      var bound = OracleValue(literal)
      if case .duration(let nanoseconds) = bound { bound = .float(Double(nanoseconds) / 1e9) }
      return series.map { series in
        series.mapped { Comparison(op: op).holds(.float($0), bound) ? $0 : .nan }
      }.filter(\.hasSamples)
    case .top(let count): return select(Int(count), series, greatest: true)
    case .bottom(let count): return select(Int(count), series, greatest: false)
    }
  }

  private func select(
    _ count: Int, _ series: [OracleSeries], greatest: Bool
  ) -> [OracleSeries] {
    let series = series.filter(\.hasSamples)
    if series.count <= count { return series }
    var result = series
    for interval in 0..<window.intervalCount {
      let present = series.indices.filter { !series[$0].samples[interval].isNaN }
      let ordered = present.sorted { a, b in
        let (x, y) = (series[a].samples[interval], series[b].samples[interval])
        if x != y { return greatest ? x > y : x < y }
        let order = Self.order(series[a], series[b])
        return greatest ? order > 0 : order < 0
      }
      let chosen = Set(ordered.prefix(count))
      for index in series.indices where !chosen.contains(index) {
        result[index].samples[interval] = .nan
      }
    }
    return result.filter(\.hasSamples)
  }

  /// Above 0 if `a` is the greater of two label sets (10.1).
  private static func order(_ a: OracleSeries, _ b: OracleSeries) -> Int {
    for (x, y) in zip(a.withoutName, b.withoutName) {
      if x.value.content != y.value.content {
        return x.value.content.lexicographicallyPrecedes(y.value.content) ? 1 : -1
      }
      if x.key != y.key {
        return x.key.utf8.lexicographicallyPrecedes(y.key.utf8) ? 1 : -1
      }
      if x.value.typeRank != y.value.typeRank {
        return x.value.typeRank > y.value.typeRank ? 1 : -1
      }
      if x.value.payload != y.value.payload { return x.value.payload > y.value.payload ? 1 : -1 }
    }
    // Not specified: of two that agree so far the one with more labels is the greater.
    return a.withoutName.count - b.withoutName.count
  }

  // MARK: Arithmetic

  func combine(_ op: ArithmeticOperator, _ left: Operand, _ right: Operand) -> Operand {
    func apply(_ a: Double, _ b: Double) -> Double {
      switch op {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: b == 0 ? .nan : a / b
      case .modulo, .power: .nan
      }
    }
    switch (left, right) {
    case (.number(let a), .number(let b)): return .number(apply(a, b))
    case (.series(let a), .number(let b)):
      return .series(a.map { $0.mapped { apply($0, b) } }.filter(\.hasSamples))
    case (.number(let a), .series(let b)):
      return .series(b.map { $0.mapped { apply(a, $0) } }.filter(\.hasSamples))
    case (.series(let a), .series(let b)):
      return .series(join(a.filter(\.hasSamples), b.filter(\.hasSamples), op.rawValue, apply))
    }
  }

  private func join(
    _ left: [OracleSeries], _ right: [OracleSeries], _ symbol: String,
    _ apply: (Double, Double) -> Double
  ) -> [OracleSeries] {
    func find(_ series: [OracleSeries], _ key: [String]) -> OracleSeries? {
      series.first { $0.matchingKey == key } ?? series.first { $0.matchingKey.isEmpty }
    }
    let keys = right.contains { $0.matchingKey.isEmpty } ? left : right
    return keys.map(\.matchingKey).compactMap { key in
      guard let a = find(left, key), let b = find(right, key) else { return nil }
      var labels = a.withoutName
      labels += b.withoutName.filter { label in !a.labels.contains { $0.key == label.key } }
      let names = [a, b].compactMap { $0.labels.first { $0.key == "__name__" }?.value.content }
      if names.count == 2 {
        let texts = names.map { String(decoding: $0, as: UTF8.self) }
        labels.append(("__name__", .string("(\(texts[0]) \(symbol) \(texts[1]))")))
      }
      return OracleSeries(labels: labels, samples: zip(a.samples, b.samples).map(apply))
    }.filter(\.hasSamples)
  }
}

extension OracleValue {
  /// The bytes of a string, none for other types.
  fileprivate var content: [UInt8] {
    if case .string(let text) = self { Array(text.utf8) } else { [] }
  }

  fileprivate var payload: UInt64 {
    switch self {
    case .int(let value): UInt64(bitPattern: value)
    case .float(let value): value.bitPattern
    case .bool(let value): value ? 1 : 0
    default: 0
    }
  }
}
