package import Engine

/// What the series of an answer are called: the values of their labels where all have the same
/// labels, else names and values.
package struct SeriesNames: Sendable {
  /// Keys that some series has, in their order.
  package let keys: [String]
  private let keysAreShared: Bool

  package init(_ series: [MetricsSeries]) {
    var keys: [String] = []
    for key in series.lazy.flatMap({ $0.labels.map(\.key) }) where !keys.contains(key) {
      keys.append(key)
    }
    self.keys = keys
    keysAreShared = series.allSatisfy { $0.labels.map(\.key) == keys }
  }

  /// The name of one series, safe to show, on one line.
  package func name(_ series: MetricsSeries) -> String {
    let parts = series.labels.map { label in
      let text = Self.text(label)
      return keysAreShared && !Self.needsItsKey(label) ? text : "\(Self.key(label.key))=\(text)"
    }
    return parts.joined(separator: " · ")
  }

  /// Numbers and truth say nothing alone.
  private static func needsItsKey(_ label: NamedValue) -> Bool {
    switch label.value {
    case .string: false
    default: label.key != "__name__"
    }
  }

  static func text(_ label: NamedValue) -> String {
    let text = Cell(label.value).readable(zone: .utc)
    return text.isEmpty ? "\"\"" : text
  }

  /// A label's name as people know it.
  static func key(_ key: String) -> String {
    switch key {
    case "__bucket": "up to"
    case "__meta_type": "side"
    default: PrintableText.escaped(key)
    }
  }
}

extension MetricsSeries {
  /// The mean of the samples there are; what lists are ordered by, greatest first.
  package var mean: Double {
    var (sum, count) = (0.0, 0)
    for sample in samples where !sample.isNaN {
      sum += sample
      count += 1
    }
    return count == 0 ? -.infinity : sum / Double(count)
  }
}

extension [MetricsSeries] {
  /// By their means, greatest first; equal ones stay in their order.
  package var greatestFirst: [MetricsSeries] {
    let means = map(\.mean)
    return indices.sorted { means[$0] == means[$1] ? $0 < $1 : means[$0] > means[$1] }
      .map { self[$0] }
  }
}
