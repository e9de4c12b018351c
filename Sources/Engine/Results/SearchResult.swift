/// What a search found: the newest traces, ties by trace ID, and what it cost.
public struct SearchResult: Sendable {
  public var traces: [TraceMatch]
  /// Matching traces known of, `traces` included; more than `traces` when the limit cut.
  public var matchedTraceCount: Int
  /// True if `matchedTraceCount` is exact, false if the search stopped early at its limit.
  public var matchedTraceCountIsExact: Bool
  /// Why the answer is not complete; empty when it is.
  public var partialReasons: [String]
  public var statistics: QueryStatistics

  package init(
    traces: [TraceMatch], matchedTraceCount: Int, matchedTraceCountIsExact: Bool,
    partialReasons: [String], statistics: QueryStatistics
  ) {
    self.traces = traces
    self.matchedTraceCount = matchedTraceCount
    self.matchedTraceCountIsExact = matchedTraceCountIsExact
    self.partialReasons = partialReasons
    self.statistics = statistics
  }
}

public struct TraceMatch: Sendable, Equatable {
  /// 16 bytes.
  public var traceID: [UInt8]
  /// "" if no root span is known.
  public var rootServiceName: String
  public var rootTraceName: String
  public var startNanoseconds: UInt64
  /// Signed: an end before the start is negative.
  public var durationNanoseconds: Int64
  /// Empty for searches that do not select spans (tag search).
  public var spanSets: [SpanSetMatch]
  /// nil where the block does not have them (vParquet3) and for tag search.
  public var serviceStatistics: [ServiceStatistics]?

  package init(
    traceID: [UInt8], rootServiceName: String, rootTraceName: String, startNanoseconds: UInt64,
    durationNanoseconds: Int64, spanSets: [SpanSetMatch], serviceStatistics: [ServiceStatistics]?
  ) {
    self.traceID = traceID
    self.rootServiceName = rootServiceName
    self.rootTraceName = rootTraceName
    self.startNanoseconds = startNanoseconds
    self.durationNanoseconds = durationNanoseconds
    self.spanSets = spanSets
    self.serviceStatistics = serviceStatistics
  }
}

public struct ServiceStatistics: Sendable, Equatable {
  public var service: String
  public var spanCount: Int
  public var errorCount: Int

  package init(
    service: String, spanCount: Int, errorCount: Int
  ) {
    self.service = service
    self.spanCount = spanCount
    self.errorCount = errorCount
  }
}

public struct SpanSetMatch: Sendable, Equatable {
  /// Ordered by (start, span ID); at most `spansPerSpanSet`.
  public var spans: [SpanMatch]
  /// All spans of the set.
  public var matched: Int
  /// Keys are the printed `by(…)` and aggregate expressions, in stage order.
  public var attributes: [NamedValue]

  package init(
    spans: [SpanMatch], matched: Int, attributes: [NamedValue]
  ) {
    self.spans = spans
    self.matched = matched
    self.attributes = attributes
  }
}

public struct SpanMatch: Sendable, Equatable {
  /// As stored, normally 8 bytes.
  public var spanID: [UInt8]
  /// Present only if the query mentions the name.
  public var name: String?
  public var startNanoseconds: UInt64
  public var durationNanoseconds: Int64
  public var attributes: [NamedValue]

  package init(
    spanID: [UInt8], name: String?, startNanoseconds: UInt64, durationNanoseconds: Int64,
    attributes: [NamedValue]
  ) {
    self.spanID = spanID
    self.name = name
    self.startNanoseconds = startNanoseconds
    self.durationNanoseconds = durationNanoseconds
    self.attributes = attributes
  }
}

public struct NamedValue: Sendable, Hashable {
  public var key: String
  public var value: Value

  public init(key: String, value: Value) {
    self.key = key
    self.value = value
  }
}

/// A TraceQL value as results carry it.
///
/// Equality is identity: NaN equals NaN, 0 and -0 are different, an int never equals a float. How
/// queries compare is another matter.
public enum Value: Sendable, Hashable {
  case `nil`
  case int(Int64)
  case float(Double)
  /// Nanoseconds.
  case duration(Int64)
  case string(String)
  case bool(Bool)
  /// OTLP code: 0 unset, 1 ok, 2 error, others as stored.
  case status(Int64)
  /// OTLP code: 0 unspecified … 5 consumer, others as stored.
  case kind(Int64)
  /// Two or more elements.
  case array([Value])

  public static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.nil, .nil): true
    case (.int(let x), .int(let y)), (.duration(let x), .duration(let y)),
      (.status(let x), .status(let y)), (.kind(let x), .kind(let y)):
      x == y
    case (.float(let x), .float(let y)): x.bitPattern == y.bitPattern || (x.isNaN && y.isNaN)
    case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
    case (.bool(let x), .bool(let y)): x == y
    case (.array(let x), .array(let y)): x == y
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .nil: hasher.combine(0)
    case .int(let x), .duration(let x), .status(let x), .kind(let x): hasher.combine(x)
    case .float(let x): hasher.combine(x.isNaN ? Double.nan.bitPattern : x.bitPattern)
    // Equal bytes, not canonically equal text, make strings the same.
    case .string(let x): for byte in x.utf8 { hasher.combine(byte) }
    case .bool(let x): hasher.combine(x)
    case .array(let x): hasher.combine(x)
    }
  }
}

/// Attribute names found, per scope.
public struct TagNames: Sendable {
  /// Scope name (`resource`, `span`, `event`, `link`, `instrumentation`, `intrinsic`) and sorted
  /// names; only scopes with names.
  public var scopes: [(name: String, tags: [String])]
  /// Why the answer is not complete; empty when it is.
  public var partialReasons: [String] = []
  public var statistics: QueryStatistics
}

/// Values found for one field, each once, sorted by type then value.
public struct TagValues: Sendable {
  /// Array elements one by one; keywords as `.status`/`.kind`.
  public var values: [Value]
  /// Why the answer is not complete; empty when it is.
  public var partialReasons: [String] = []
  public var statistics: QueryStatistics
}

extension TagValues {
  /// Values that are known without a look at the data.
  package init(known values: [Value]) {
    self.init(values: values, statistics: QueryStatistics())
  }
}

/// An answer that can say why it is not complete.
protocol PartialAnswer { var partialReasons: [String] { get set } }

extension SearchResult: PartialAnswer {}
extension MetricsResult: PartialAnswer {}
extension TagNames: PartialAnswer {}
extension TagValues: PartialAnswer {}

/// What a query cost. Sums over all workers.
public struct QueryStatistics: Sendable, Equatable {
  public var inspectedBytes = 0
  public var inspectedSpans = 0
  public var inspectedTraces = 0
  public var blockCount = 0
  public var blockBytes = 0
  public var unitCount = 0
  public var pagesRead = 0
  public var pagesPruned = 0
  public var elapsedNanoseconds: UInt64 = 0

  public init() {}
}
