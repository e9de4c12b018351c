/// How answers are shown; raw values are the words after `--output`.
package enum OutputFormat: String, Sendable, CaseIterable {
  case table, json, ndjson, csv, tsv, markdown, tree
}

/// How findings about queries are shown; raw values are the words after `lint --output`.
package enum LintFormat: String, Sendable, CaseIterable {
  case text, json, sarif
}

/// Shells that completion scripts are written for.
package enum CompletionShell: String, Sendable, CaseIterable {
  case bash, zsh, fish
}

/// What a row of an answer stands for; raw values are the words after `--rows`.
package enum RowKind: String, Sendable, CaseIterable {
  case traces, spans
}

/// Scopes of attribute names; raw values are the words after `--scope`.
package enum TagScopeName: String, Sendable, CaseIterable {
  case resource, span, event, link, instrumentation, intrinsic
}
