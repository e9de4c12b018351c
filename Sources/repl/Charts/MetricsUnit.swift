package import TraceQL

/// What the numbers of a metrics query measure; decides how people read them.
package enum MetricsUnit: Sendable, Equatable {
  case spans, perSecond, seconds
  /// Values of an attribute, ratios, and whatever arithmetic makes of the others.
  case number

  package init(_ expression: MetricsExpression) {
    switch expression {
    case .constant: self = .number
    case .staged(let inner, _): self.init(inner)
    case .series(let pipeline): self.init(pipeline.function)
    case .binary(let infix, let left, let right): self = Self.combined(left, infix, right)
    }
  }

  private init(_ function: MetricsFunction) {
    switch function {
    case .rate: self = .perSecond
    case .countOverTime, .histogramOverTime, .compare: self = .spans
    case .minOverTime(let field), .maxOverTime(let field), .sumOverTime(let field),
      .averageOverTime(let field), .quantileOverTime(let field, _):
      self = field.isDuration ? .seconds : .number
    }
  }

  /// Sums of the same are the same; products and ratios are just numbers.
  private static func combined(
    _ left: MetricsExpression, _ infix: ArithmeticOperator, _ right: MetricsExpression
  ) -> MetricsUnit {
    guard infix == .add || infix == .subtract else { return .number }
    if case .constant = left { return MetricsUnit(right) }
    if case .constant = right { return MetricsUnit(left) }
    let unit = MetricsUnit(left)
    return unit == MetricsUnit(right) ? unit : .number
  }

  /// The value as people read it: "61.2 ms", "1.25/s", "12,345".
  package func readable(_ value: Double) -> String {
    guard value.isFinite else { return Self.notFinite(value) }
    switch self {
    case .spans, .number: return Self.plain(value)
    case .perSecond: return Self.plain(value) + "/s"
    case .seconds:
      guard value.magnitude < 9e9 else { return Self.plain(value) + " s" }
      return DurationText.format(nanoseconds: Int64((value * 1e9).rounded()))
    }
  }

  /// The same for the marks of an axis: without digits that say nothing.
  func mark(_ value: Double) -> String {
    if value == 0 { return "0" }
    switch self {
    case .seconds: return Self.trimmed(readable(value))
    case .perSecond: return Self.short(value) + "/s"
    case .spans, .number: return Self.short(value)
    }
  }

  private static func short(_ value: Double) -> String {
    value.magnitude < 1e6 ? trimmed(plain(value)) : trimmed(NumberText.short(value))
  }

  private static func notFinite(_ value: Double) -> String {
    value.isNaN ? "" : value < 0 ? "-∞" : "∞"
  }

  /// Whole numbers in full, others with three digits.
  static func plain(_ value: Double) -> String {
    let magnitude = value.magnitude
    if magnitude >= 1e15 || magnitude < 1e-3 && value != 0 { return scientific(value) }
    if value == value.rounded() || magnitude >= 1000 {
      return NumberText.grouped(Int(value.rounded()))
    }
    var places = 2
    var scale = magnitude
    while scale < 1 {
      scale *= 10
      places += 1
    }
    while scale >= 9.995, places > 0 {
      scale /= 10
      places -= 1
    }
    return NumberText.fixed(value, places: places)
  }

  private static func scientific(_ value: Double) -> String {
    var exponent = 0
    var mantissa = value
    while mantissa.magnitude >= 9.995 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa.magnitude < 0.9995 {
      mantissa *= 10
      exponent -= 1
    }
    return NumberText.fixed(mantissa, places: 2) + "e\(exponent)"
  }

  /// "1.50 s" as "1.5 s", "5m 00s" as "5m".
  static func trimmed(_ text: String) -> String {
    for end in [" 00s", " 00m", " 00h"] where text.hasSuffix(end) {
      return String(text.dropLast(end.count))
    }
    let number = text.prefix { $0 != " " }
    guard number.contains("."), !number.contains("e") else { return text }
    var kept = number
    while kept.last == "0" { kept.removeLast() }
    if kept.last == "." { kept.removeLast() }
    return String(kept + text.dropFirst(number.count))
  }
}

extension Field {
  /// Whether the values are lengths of time, which results give in seconds.
  fileprivate var isDuration: Bool {
    switch self {
    case .attribute: false
    case .intrinsic(let intrinsic):
      switch intrinsic {
      case .duration, .traceDuration, .eventTimeSinceStart: true
      default: false
      }
    }
  }
}
