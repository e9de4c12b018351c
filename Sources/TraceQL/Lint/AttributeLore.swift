/// What names of attributes usually mean: OpenTelemetry's semantic conventions as far as they help.
enum AttributeLore {
  private static let resourcePrefixes = [
    "service.", "k8s.", "host.", "cloud.", "deployment.", "container.", "telemetry.", "process.",
    "os.", "device.",
  ]
  private static let resourceNames: Set<String> = ["cluster", "namespace", "pod", "container"]
  private static let spanPrefixes = [
    "http.", "url.", "db.", "rpc.", "messaging.", "net.", "network.", "server.", "client.",
    "user_agent.", "graphql.", "peer.", "code.", "thread.", "enduser.",
  ]
  private static let numberNames: Set<String> = [
    "status_code", "port", "size", "length", "count", "lineno", "line_number", "resend_count",
  ]

  /// The scope instrumentation puts an attribute into; nil if its name does not tell.
  static func usualScope(of name: String) -> Attribute.Scope? {
    if resourceNames.contains(name) || resourcePrefixes.contains(where: name.hasPrefix) {
      return .resource
    }
    return spanPrefixes.contains(where: name.hasPrefix) ? .span : nil
  }

  /// Whether the conventions make it a number.
  static func isNumber(_ name: String) -> Bool {
    guard let last = name.split(separator: ".").last.map(String.init) else { return false }
    return numberNames.contains(last) || last.hasSuffix("_size") || last.hasSuffix("_length")
      || last.hasSuffix("_count")
  }

  /// The intrinsic that somebody who wrote `scope` and `name` may have had in mind.
  static func intrinsic(for attribute: Attribute) -> String? {
    guard [.span, .unscoped].contains(attribute.scope) else { return nil }
    switch attribute.name {
    case "duration", "name", "status", "kind", "statusMessage": return attribute.name
    case "traceDuration", "rootName", "rootServiceName": return attribute.name
    default: return nil
    }
  }

  /// The type of value of each hint, in words; nil for hints that do not exist.
  static func isHint(_ hint: Hint) -> (isKnown: Bool, expected: String?) {
    switch (hint.name, hint.value) {
    case ("most_recent", .bool), ("extrapolate", .bool): (true, nil)
    case ("most_recent", _), ("extrapolate", _): (true, "'true' or 'false'")
    case ("exemplars", .bool), ("exemplars", .int), ("exemplars", .float): (true, nil)
    case ("exemplars", _): (true, "a number, 'true' or 'false'")
    case ("sample", .bool), ("sample", .int), ("sample", .float): (true, nil)
    case ("sample", _): (true, "a share from 0 to 1, 'true' or 'false'")
    case ("trace_sample", .int), ("trace_sample", .float), ("trace_sample", .bool): (true, nil)
    case ("span_sample", .int), ("span_sample", .float), ("span_sample", .bool): (true, nil)
    case ("trace_sample", _), ("span_sample", _): (true, "a share from 0 to 1, 'true' or 'false'")
    default: (Vocabulary.hintNames.contains(hint.name) || operatorHints.contains(hint.name), nil)
    }
  }

  /// Hints that Tempo's operators may allow; they change no answer.
  private static let operatorHints: Set<String> = [
    "job_size", "concurrent_blocks", "time_overlap_cutoff", "spanonly_fetch", "debug", "info",
    "debug_return_in", "debug_std_dev", "debug_data_factor", "skip_ast_transformations",
  ]
}
