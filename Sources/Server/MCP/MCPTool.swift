/// The tools a language model can call.
enum MCPTool: String, CaseIterable {
  case search = "traceql-search"
  case metricsInstant = "traceql-metrics-instant"
  case metricsRange = "traceql-metrics-range"
  case trace = "get-trace"
  case traceDiff = "trace-diff"
  case attributeNames = "get-attribute-names"
  case attributeValues = "get-attribute-values"
  case docsTraceQL = "docs-traceql"
  case docsConfiguration = "docs-config"

  struct Argument {
    var name: String
    var isRequired = false
    var description: String
    var choices: [String] = []
  }

  var description: String {
    switch self {
    case .search:
      "Search for traces with a TraceQL query. Newest first. Ask docs-traceql how to write one."
    case .metricsInstant:
      "Run a TraceQL metrics query and get one value per series for the whole range."
    case .metricsRange: "Run a TraceQL metrics query and get series of values over time."
    case .trace: "Get one trace with all its spans, by its ID."
    case .traceDiff: "Compare two traces: spans that are new, gone or changed."
    case .attributeNames: "List the names of attributes there are, by scope."
    case .attributeValues: "List the values of one attribute, by type."
    case .docsTraceQL: "Read how TraceQL is written."
    case .docsConfiguration: "Read how this server is configured."
    }
  }

  var arguments: [Argument] {
    switch self {
    case .search, .metricsInstant, .metricsRange:
      [
        Argument(name: "query", isRequired: true, description: "the TraceQL query"),
        Argument(name: "start", description: "RFC 3339; default: one hour ago"),
        Argument(name: "end", description: "RFC 3339; default: now"),
      ]
    case .trace:
      [Argument(name: "trace_id", isRequired: true, description: "hexadecimal trace ID")]
    case .traceDiff:
      [
        Argument(name: "base_trace_id", isRequired: true, description: "the trace to start from"),
        Argument(name: "compare_trace_id", isRequired: true, description: "the trace to compare"),
        Argument(name: "base_start", description: "RFC 3339; with base_end"),
        Argument(name: "base_end", description: "RFC 3339; with base_start"),
        Argument(name: "compare_start", description: "RFC 3339; with compare_end"),
        Argument(name: "compare_end", description: "RFC 3339; with compare_start"),
        Argument(
          name: "format", description: "default: trace-summary-v0-composed",
          choices: TraceDiffFormat.allCases.map(\.rawValue)),
      ]
    case .attributeNames:
      [
        Argument(
          name: "scope", description: "only names of this scope",
          choices: ["span", "resource", "event", "link", "instrumentation", "intrinsic"])
      ]
    case .attributeValues:
      [
        Argument(
          name: "name", isRequired: true,
          description: "attribute with its scope, such as resource.service.name"),
        Argument(
          name: "filter-query", description: "only values on spans that match: { status = error }"),
      ]
    case .docsTraceQL:
      [
        Argument(
          name: "name", isRequired: true, description: "which document",
          choices: ["basic", "aggregates", "structural", "metrics"])
      ]
    case .docsConfiguration:
      [
        Argument(
          name: "name", isRequired: true, description: "which document",
          choices: ["config-overview", "config-reference"])
      ]
    }
  }

  /// What results are called, in which version, and whether they are JSON.
  var result: (type: String, version: String, isJSON: Bool) {
    switch self {
    case .search: ("search-results", "1", true)
    case .metricsInstant: ("metrics-instant", "1", true)
    case .metricsRange: ("metrics-range", "1", true)
    case .trace: ("trace", "2", true)
    case .traceDiff: ("trace-diff", "2", true)
    case .attributeNames: ("attribute-names", "2", true)
    case .attributeValues: ("attribute-values", "2", true)
    case .docsTraceQL, .docsConfiguration: ("documentation", "1", false)
    }
  }
}

/// Forms of a comparison of two traces.
enum TraceDiffFormat: String, CaseIterable {
  case composed = "trace-summary-v0-composed"
  case patch = "trace-patch-v0"
  case native = "trace-summary-v0-native"
}
