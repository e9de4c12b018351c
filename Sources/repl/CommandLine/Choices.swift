/// How answers are shown; raw values are the words after `--output`.
package enum OutputFormat: String, Sendable, CaseIterable {
  case table, json, ndjson, csv, tsv, markdown, tree
  /// Of metrics queries: a picture for the terminal, OpenMetrics text, a picture for documents.
  case chart, prometheus, svg
  /// A file of typed columns.
  case parquet

  /// Of checks.
  case text, junit, tap

  /// What `command` can show, its own default first.
  package static func formats(of command: Command.Name) -> [OutputFormat] {
    switch command {
    case .query: allCases.filter { !$0.isForChecks }
    case .trace: [.tree] + common + [.parquet]
    case .shell: common + [.tree]
    case .check: allCases.filter(\.isForChecks)
    default: common
    }
  }

  private static var common: [OutputFormat] {
    allCases.filter { !$0.isForChecks && !$0.isForMetrics && $0 != .tree && $0 != .parquet }
  }

  package var isForChecks: Bool { self == .text || self == .junit || self == .tap }

  /// Only metrics queries can be shown so.
  package var isForMetrics: Bool {
    switch self {
    case .chart, .prometheus, .svg: true
    case .table, .json, .ndjson, .csv, .tsv, .markdown, .tree, .parquet, .text, .junit, .tap: false
    }
  }
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
