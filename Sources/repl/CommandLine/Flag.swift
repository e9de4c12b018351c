/// A flag of the command line: its names, its value and its line in the help.
package struct Flag: Sendable {
  /// Raw values are the long spelling without the dashes.
  package enum Name: String, Sendable, CaseIterable {
    case source, tenant, start, end, since
    case limit, output, rows, step, instant
    case maxSeries = "max-series"
    case exemplars
    case traceScope = "trace-scope"
    case compat, dialect, threads, memory, timeout
    case skipDamaged = "skip-damaged"
    case follow
    case utc, file, include, header, scope
    case filter, analyze, param
    case statements = "command"
    case keepGoing = "keep-going"
    case data, listen, config, set
    case printConfig = "print-config"
    case to
    case blockFormat = "block-format"
    case dedicated
    case dryRun = "dry-run"
    case compression
    case rowGroupSize = "row-group-size"
    case window, grace, attribute, value, replacement, trace, retention, quota, rule
    case rewriteAt = "rewrite-at"
    case check, write, lines, help
    case version

    package var spelling: String { "--" + rawValue }
  }

  package enum Value: Sendable, Equatable {
    /// The flag stands alone.
    case none
    /// Any text; the placeholder is what the help shows.
    case text(placeholder: String)
    /// One of a closed list.
    case choice(placeholder: String, of: [String])

    package var placeholder: String? {
      switch self {
      case .none: nil
      case .text(let placeholder), .choice(let placeholder, _): placeholder
      }
    }
  }

  package var name: Name
  package var short: Character?
  package var value: Value
  package var summary: String
  /// May be given more than once; every value counts.
  package var repeats: Bool

  package init(
    _ name: Name, short: Character? = nil, value: Value = .none, repeats: Bool = false,
    _ summary: String
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.repeats = repeats
    self.summary = summary
  }
}
