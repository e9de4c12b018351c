/// Reads the settings of a check: of its file first, then its own.
struct CheckSettings {
  let context: CheckParser.Context
  private(set) var limit: Int
  private var start: UInt64?
  private var end: UInt64?
  private var since: UInt64?
  private var step: UInt64?
  private var isInstant = false
  private var timePlace = 0..<0

  init(context: CheckParser.Context) {
    self.context = context
    limit = context.limitDefault
  }

  /// Keeps what the directive says; other directives are none of its business.
  mutating func read(
    _ directive: CheckLines.Directive, _ lines: CheckLines
  ) throws(CheckFault) {
    let text = lines.text(directive.textRange)
    let place = directive.textRange.isEmpty ? directive.keywordRange : directive.textRange
    switch directive.keyword {
    case "start":
      (start, since) = (try time(text, place), nil)
      timePlace = place
    case "end":
      end = try time(text, place)
      timePlace = place
    case "since":
      (since, start) = (try duration(text, place), nil)
      timePlace = place
    case "step": step = try duration(text, place)
    case "limit":
      guard let value = Int(text), value >= 0 else {
        throw CheckFault("'limit' is a whole number, 0 for all", at: place)
      }
      limit = value
    case "instant":
      guard text.isEmpty else { throw CheckFault("'instant' stands alone", at: place) }
      isInstant = true
    default: break
    }
  }

  /// The range all of it makes.
  func range() throws(CheckFault) -> CheckRange {
    var range = CheckRange()
    range.isInstant = isInstant
    // A step of the whole file means the other checks.
    range.stepNanoseconds = isInstant ? nil : step
    if start == nil, end == nil, since == nil { return range }
    let last = end ?? (since == nil ? UInt64(Int64.max) : context.nowNanoseconds)
    let first = since.map { last > $0 ? last - $0 : 0 } ?? start ?? 0
    guard first <= last else { throw CheckFault("the range ends before it starts", at: timePlace) }
    range.timeRange = first...last
    return range
  }

  private func time(_ text: String, _ place: Range<Int>) throws(CheckFault) -> UInt64 {
    let times = TimeExpression(nowNanoseconds: context.nowNanoseconds, zone: .utc)
    guard let value = times.parse(text) else {
      throw CheckFault(
        "a time is RFC 3339 (2026-01-15T09:30:00Z), Unix seconds or nanoseconds, now, or -1h30m",
        at: place)
    }
    return value
  }

  private func duration(_ text: String, _ place: Range<Int>) throws(CheckFault) -> UInt64 {
    guard let value = DurationText.parse(text), value > 0 else {
      throw CheckFault("a length of time has its unit: 500ms, 30s, 1h30m", at: place)
    }
    return value
  }
}
