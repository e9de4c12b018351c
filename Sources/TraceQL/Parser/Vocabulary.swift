/// The words of the language by what they are good for, as completion and advice need them.
package enum Vocabulary {
  package static let intrinsics: [String] = [
    "duration", "name", "status", "statusMessage", "kind", "parent", "rootName",
    "rootServiceName", "traceDuration", "nestedSetLeft", "nestedSetRight", "nestedSetParent",
  ]
  package static let scopedIntrinsics: [String] = scopedIntrinsicTable.flatMap { scope, words in
    words.map { scope.rawValue + $0.0.rawValue }
  }
  package static let scopes: [String] = [
    ".", "span.", "resource.", "event.", "link.", "instrumentation.", "parent.", "parent.span.",
    "parent.resource.",
  ]
  package static let colonScopes: [String] = [
    "span:", "trace:", "event:", "link:", "instrumentation:",
  ]
  package static let literalWords: [String] =
    ["true", "false"] + statusWords + kindWords + ["minInt", "maxInt"]
  package static let statusWords = ["ok", "error", "unset"]
  package static let kindWords = [
    "unspecified", "internal", "server", "client", "producer", "consumer",
  ]
  package static let aggregates = ["count", "avg", "max", "min", "sum", "quantile"]
  package static let stages = ["by", "coalesce", "select"]
  package static let metricsFunctions = [
    "rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time",
    "quantile_over_time", "histogram_over_time", "compare",
  ]
  package static let secondStages = ["topk", "bottomk"]
  package static let durationUnits = ["ns", "us", "ms", "s", "m", "h", "d", "w", "y"]
  package static let hintNames = [
    "most_recent", "sample", "trace_sample", "span_sample", "exemplars", "extrapolate",
  ]

  /// Bare words that are intrinsics.
  static func intrinsic(for kind: TokenKind) -> Intrinsic? {
    switch kind {
    case .durationWord: .duration
    case .name: .name
    case .status: .status
    case .statusMessage: .statusMessage
    case .kind: .kind
    case .parent: .parent
    case .rootName: .rootName
    case .rootServiceName: .rootServiceName
    case .traceDuration: .traceDuration
    case .nestedSetLeft: .nestedSetLeft
    case .nestedSetRight: .nestedSetRight
    case .nestedSetParent: .nestedSetParent
    default: nil
    }
  }

  /// What may stand behind a colon token; nil when `scope` is none.
  static func scopedIntrinsics(_ scope: TokenKind) -> [(TokenKind, Intrinsic)]? {
    scopedIntrinsicTable.first { $0.0 == scope }?.1
  }

  private static let scopedIntrinsicTable: [(TokenKind, [(TokenKind, Intrinsic)])] = [
    (
      .traceColon,
      [
        (.durationWord, .traceDuration), (.rootName, .rootName), (.rootService, .rootServiceName),
        (.id, .traceID),
      ]
    ),
    (
      .spanColon,
      [
        (.durationWord, .duration), (.name, .name), (.kind, .kind), (.status, .status),
        (.statusMessage, .statusMessage), (.id, .spanID), (.parentID, .parentID),
        (.childCount, .childCount),
      ]
    ),
    (.eventColon, [(.name, .eventName), (.timeSinceStart, .eventTimeSinceStart)]),
    (.linkColon, [(.traceID, .linkTraceID), (.spanID, .linkSpanID)]),
    (
      .instrumentationColon,
      [(.name, .instrumentationName), (.version, .instrumentationVersion)]
    ),
  ]
}
