extension ArgumentTable {
  /// Every flag there is. Parsing, help, manual page and completion are made from this table.
  package static let flags: [Flag] = [
    Flag(
      .source, value: .text(placeholder: "PATH"), repeats: true,
      "folder of blocks, block, Parquet file, or dump of spans (- for stdin); default: ."),
    Flag(
      .tenant, value: .text(placeholder: "NAME"),
      "tenant to read where the source holds several"),
    Flag(
      .start, value: .text(placeholder: "TIME"),
      "only what starts at or after TIME: 2026-01-15T09:30:00Z, Unix seconds or ns, -1h, now"),
    Flag(
      .end, value: .text(placeholder: "TIME"),
      "only what starts at or before TIME, written like --start"),
    Flag(
      .since, value: .text(placeholder: "AGE"),
      "short for --start: 30m, 1h30m, 7d before --end (before now without --end)"),
    Flag(
      .limit, value: .text(placeholder: "N"),
      "how many to show, newest traces first; 0 shows all"),
    Flag(
      .output, value: .choice(placeholder: "FORMAT", of: OutputFormat.allCases.map(\.rawValue)),
      "how to show it; json is the body the Tempo API answers with"),
    Flag(
      .rows, value: .choice(placeholder: "KIND", of: RowKind.allCases.map(\.rawValue)),
      "a row per trace (default) or per matched span"),
    Flag(
      .step, value: .text(placeholder: "TIME"),
      "metrics: time between samples (15s, 1m); default: about 240 of them"),
    Flag(.instant, "metrics: one value for the whole range instead of samples over time"),
    Flag(
      .maxSeries, value: .text(placeholder: "N"),
      "metrics: series computed at most, the rest is cut and said so; default: no limit"),
    Flag(
      .exemplars, value: .text(placeholder: "N"),
      "metrics: spans that stand for samples, in --output json; default: 100"),
    Flag(
      .traceScope, value: .choice(placeholder: "SCOPE", of: ["whole", "fragment"]),
      "judge whole traces (default), or each block's part alone as Tempo does"),
    Flag(
      .compat, value: .choice(placeholder: "tempo", of: ["tempo"]),
      "choose as Tempo does where two answers are right (fragment scope)"),
    Flag(
      .dialect, value: .choice(placeholder: "tempo", of: ["tempo"]),
      "refuse what plain Tempo would not understand"),
    Flag(
      .threads, value: .text(placeholder: "N"), "worker threads; default: one per processor"),
    Flag(
      .memory, value: .text(placeholder: "SIZE"),
      "memory a query may use: 100MB, 2GiB; default: 512MiB"),
    Flag(
      .timeout, value: .text(placeholder: "TIME"),
      "stop after TIME (500ms, 30s, 2m) and show what was found"),
    Flag(
      .skipDamaged,
      "go on without blocks, or parts of them, that cannot be read; says so and exits 3"),
    Flag(.utc, "show times in UTC; default: local time"),
    Flag(
      .file, short: "f", value: .text(placeholder: "FILE"),
      "read the query from FILE; - is standard input"),
    Flag(.include, short: "i", "print status line and headers before the body"),
    Flag(
      .header, short: "H", value: .text(placeholder: "HEADER"), repeats: true,
      "add a request header: 'Accept: application/protobuf'; may be repeated"),
    Flag(
      .scope, value: .choice(placeholder: "SCOPE", of: TagScopeName.allCases.map(\.rawValue)),
      "only names of this scope"),
    Flag(
      .filter, value: .text(placeholder: "FILTER"),
      "only what occurs on spans that match: '{ resource.service.name = \"cart\" }'"),
    Flag(.analyze, "run the query and show what each operator cost"),
    Flag(
      .param, value: .text(placeholder: "NAME=VALUE"), repeats: true,
      "the value of $NAME in the query: a number, a duration, a string, ...; may be repeated"),
    Flag(
      .statements, short: "c", value: .text(placeholder: "STATEMENTS"), repeats: true,
      "run queries and dot commands, separated by ;, and leave; may be repeated"),
    Flag(.keepGoing, "run the statements after one that failed, too"),
    Flag(
      .data, value: .text(placeholder: "DIR"),
      "take spans, and write them to DIR, which is served; made if it is not there"),
    Flag(
      .listen, value: .text(placeholder: "HOST:PORT"),
      "address to listen on; default: 127.0.0.1:3200; port 0 takes a free one"),
    Flag(
      .config, value: .text(placeholder: "FILE"),
      "configuration in YAML; keys of Tempo's have their usual names"),
    Flag(
      .set, value: .text(placeholder: "KEY=VALUE"), repeats: true,
      "set one key of the configuration; may be repeated"),
    Flag(.printConfig, "print the configuration that would be used, and end"),
    Flag(
      .to, value: .text(placeholder: "DIR"),
      "folder the blocks are written to, as <DIR>/<tenant>/<block>"),
    Flag(
      .blockFormat, value: .choice(placeholder: "FORMAT", of: ["vParquet4", "vParquet5"]),
      "version of the blocks written; default: vParquet5"),
    Flag(
      .dedicated, value: .choice(placeholder: "CHOICE", of: ["auto", "tempo", "none"]),
      "attributes with columns of their own: the most frequent (default), Tempo's list, none"),
    Flag(.dryRun, "say what would be done and change nothing"),
    Flag(
      .compression, value: .choice(placeholder: "CODEC", of: ["zstd", "snappy", "default"]),
      "how columns are compressed; default: as Tempo does"),
    Flag(
      .rowGroupSize, value: .text(placeholder: "SIZE"),
      "spans of a row group, by what they take in memory; default: 16 MB"),
    Flag(
      .window, value: .text(placeholder: "TIME"),
      "merge blocks that end within the same stretch of time; default: 1h"),
    Flag(
      .grace, value: .text(placeholder: "TIME"),
      "keep replaced blocks for readers that know them, so long; default: 1h"),
    Flag(
      .attribute, value: .text(placeholder: "NAME"), repeats: true,
      "the attribute to redact, wherever it stands; may be repeated"),
    Flag(.value, value: .text(placeholder: "TEXT"), "only attributes with this value"),
    Flag(
      .replacement, value: .text(placeholder: "TEXT"),
      "put TEXT in place of the value; default: the attribute is removed"),
    Flag(
      .trace, value: .text(placeholder: "TRACE-ID"), repeats: true,
      "the trace to remove; may be repeated"),
    Flag(
      .retention, value: .text(placeholder: "AGE"),
      "remove blocks that end before; default: 336h, 0 keeps all"),
    Flag(
      .quota, value: .text(placeholder: "SIZE"),
      "remove the oldest blocks until the rest takes no more"),
    Flag(.check, "say what would change and change nothing; exits 1 if anything would"),
    Flag(.write, short: "w", "write the result back to the files"),
    Flag(.lines, "every line is a query of its own"),
    Flag(.help, short: "h", "show this help"),
    Flag(.version, "show the version"),
  ]

  /// The flag of that name; every name has one (a test says so).
  package static func flag(_ name: Flag.Name) -> Flag {
    guard let flag = flags.first(where: { $0.name == name }) else {
      preconditionFailure("every flag name has its line in the table")
    }
    return flag
  }
}
