/// How answers are shown; raw values are the words after `--output`.
package enum OutputFormat: String, Sendable, CaseIterable {
  case table, json, ndjson, csv, tsv, markdown, tree
}

/// What a row of an answer stands for; raw values are the words after `--rows`.
package enum RowKind: String, Sendable, CaseIterable {
  case traces, spans
}

/// Scopes of attribute names; raw values are the words after `--scope`.
package enum TagScopeName: String, Sendable, CaseIterable {
  case resource, span, event, link, instrumentation, intrinsic
}
