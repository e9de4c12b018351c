/// Which part of time a request asks about, as its parameters say it.
struct TimeSelection: Equatable {
  /// Unix nanoseconds, inclusive at both ends; nil: no range given.
  ///
  /// A server that takes in data would then look at the last minutes. These blocks lie still, so
  /// the answer is about everything there is.
  private let bounds: Bounds?

  private struct Bounds: Equatable {
    var start: Int64
    var end: Int64
  }

  static let everything = TimeSelection(bounds: nil)

  private init(bounds: Bounds?) { self.bounds = bounds }

  /// The range to search, nil for no restriction.
  var range: ClosedRange<UInt64>? {
    guard let bounds, !isEmpty else { return nil }
    return UInt64(max(bounds.start, 0))...UInt64(bounds.end)
  }

  /// An end before the start: no trace lies there.
  var isEmpty: Bool {
    guard let bounds else { return false }
    return bounds.end < max(bounds.start, 0)
  }

  /// Resolves `start` and `end` in Unix nanoseconds (0: not given) and `since`, a Prometheus
  /// duration that replaces both.
  init(
    start: Int64, end: Int64, since: String?, options: APIOptions
  ) throws(APIError) {
    if let since {
      let end = options.nowNanoseconds
      bounds = Bounds(start: end &- (try Self.duration(since: since)), end: end)
    } else if start == 0, end == 0 {
      bounds = nil
    } else if start == 0 || end == 0 {
      throw .badRequest(
        "error parsing date range: only one of start and end provided: must provide both or "
          + "neither")
    } else {
      bounds = Bounds(start: start, end: end)
    }
  }

  /// Refuses a range longer than the options allow.
  func checkLength(_ options: APIOptions) throws(APIError) {
    guard let bounds, let limit = options.searchDurationNanosecondsMax else { return }
    // Compared unsigned, a reversed range is too long as well, and says so.
    guard UInt64(bitPattern: bounds.end &- bounds.start) > UInt64(limit) else { return }
    throw .badRequest(
      "range specified by start and end exceeds \(options.searchDurationLimitText). received "
        + "start=\(bounds.start / 1_000_000_000) end=\(bounds.end / 1_000_000_000)")
  }

  private static func duration(since text: String) throws(APIError) -> Int64 {
    do {
      return try DurationText.prometheus(text)
    } catch {
      throw .badRequest(
        "error parsing date range: could not parse 'since' parameter: \(error.message)")
    }
  }
}

// MARK: Tag endpoints

extension TimeSelection {
  /// `start`, `end` and `since` of the tag endpoints: every spelling of a moment is accepted.
  static func ofTags(
    _ parameters: Parameters, options: APIOptions
  ) throws(APIError) -> TimeSelection {
    try TimeSelection(
      start: try moment("start", parameters), end: try moment("end", parameters),
      since: parameters["since"], options: options)
  }

  private static func moment(
    _ name: String, _ parameters: Parameters
  ) throws(APIError) -> Int64 {
    guard let text = parameters[name] else { return 0 }
    do {
      return try Timestamp.parse(text)
    } catch {
      throw .badRequest(
        "error parsing date range: could not parse '\(name)' parameter: \(error.message)")
    }
  }
}
