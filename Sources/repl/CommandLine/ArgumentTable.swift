/// The whole command line as data: every command and every flag, once.
package enum ArgumentTable {
  package static let programSummary =
    "answers TraceQL over Grafana Tempo's trace blocks, without a server"

  static let whereToRead: [Flag.Name] = [.source, .tenant]
  static let when: [Flag.Name] = [.start, .end, .since]
  private static let meaning: [Flag.Name] = [.traceScope, .compat, .dialect]
  private static let effort: [Flag.Name] = [.threads, .memory, .timeout, .skipDamaged]

  package static let commands = reading + blocks + changing + asking + making + upkeep

  private static let reading: [Command] = [
    Command(
      name: .shell,
      summary: "opens the shell, or runs statements without it", operands: "[SOURCE...]",
      operandCount: 0...100, operandKind: .files,
      flags: [.tenant] + when + [.limit, .output, .rows] + [.step, .instant, .maxSeries]
        + meaning + effort + [.param, .utc, .statements, .file, .keepGoing, .help],
      choices: [.output: ShellMode.allCases.map(\.rawValue)],
      details: [
        "SOURCE is a folder of blocks, a block, a Parquet file, or the URL of a server with",
        "Tempo's API; the word shell may be left out. Without a terminal, with -c and -f answers",
        "alone are printed, and the first error ends it. .help in the shell tells more.",
      ],
      examples: [
        .init(command: "traceql /var/tempo/traces", purpose: "the shell over a folder of blocks"),
        .init(command: "traceql http://tempo:3200", purpose: "the shell over a server"),
        .init(
          command: "traceql -c '.mode csv; { status = error }' /var/tempo/traces",
          purpose: "one query, for other programs"),
      ]),
    Command(
      name: .query,
      summary: "answers a TraceQL search or metrics query", operands: "QUERY", operandCount: 0...1,
      flags: whereToRead + when + [.limit, .output, .rows]
        + [.step, .instant, .maxSeries, .exemplars] + meaning + effort
        + [.follow, .param, .utc, .file, .help],
      details: [
        "QUERY - (or -f -) reads the query from standard input. Formats other than json have a row",
        "per trace, or per group of a trace where the query groups; --rows spans has a row per",
        "matched span. csv, tsv and ndjson give times as RFC 3339 and durations in nanoseconds.",
        "Metrics queries are drawn as a chart unless --output says otherwise; table has a row per",
        "series; csv, tsv, ndjson and prometheus (OpenMetrics) a row per sample. parquet is a file",
        "of the same rows as ndjson with typed columns; times are timestamps to the nanosecond, a",
        "column of several types is text.",
        "",
        "--follow shows the newest matches, then every new one, of folders that a server or Tempo",
        "writes to, or of servers, ours or Tempo's (--source http://HOST:PORT): as a table or",
        "ndjson, the newest last. It looks once a second at most, at a server's last five minutes:",
        "what arrives there later is missed, and no more than 100 spans of a trace are shown.",
      ],
      examples: [
        .init(
          command: "traceql query --source /var/tempo/traces '{ status = error }'",
          purpose: "the newest traces with an error"),
        .init(
          command: "traceql query --since 1h --rows spans --output csv '{ duration > 2s }'",
          purpose: "every slow span of the last hour, for a spreadsheet"),
        .init(
          command: "traceql query '{ kind = server } | by(resource.service.name) | count() > 10'",
          purpose: "groups within traces"),
        .init(
          command: "traceql query --follow --source /var/lib/traceql '{ status = error }'",
          purpose: "errors as they happen, from the folder of a running server"),
        .init(
          command: "traceql query --rows spans --limit 0 --output parquet '{ }' > spans.parquet",
          purpose: "every span, for DuckDB or pandas"),
        .init(
          command: "traceql query '{ status = error } | rate() by (resource.service.name)'",
          purpose: "errors per second of each service, as a chart"),
      ]),
    Command(
      name: .trace,
      summary: "shows one trace as a waterfall", operands: "TRACE-ID", operandCount: 1...1,
      flags: whereToRead + when + [.output, .memory, .timeout, .skipDamaged, .utc, .help],
      details: [
        "TRACE-ID is hexadecimal; leading zeros may be left out. --output json prints the body of",
        "the Tempo API (v2); table, csv, tsv, ndjson and markdown have a row per span.",
        "Exits 1 if there is no such trace.",
        "",
        "TRACE-ID - reads any text from standard input, such as a log, and shows every trace it",
        "names, once each, in order of appearance: 32 hexadecimal digits, traceparent and b3",
        "headers, and shorter IDs where a name says what they are (traceID=, \"trace_id\":).",
      ],
      examples: [
        .init(
          command: "traceql trace 057718aba5009d8b5b69209adbbeedfb",
          purpose: "tree, time axis, errors"),
        .init(
          command: "traceql trace --output json 57718aba5009d8b5b69209adbbeedfb",
          purpose: "for other programs"),
        .init(
          command: "journalctl -u cart | traceql trace -", purpose: "the traces a log names"),
      ]),
    Command(
      name: .tags,
      summary: "lists the names of attributes", operands: "", operandCount: 0...0,
      flags: whereToRead + when + [.scope, .filter, .param, .output] + effort + [.help],
      details: [],
      examples: [
        .init(
          command: "traceql tags --scope span", purpose: "span attributes, one per line"),
        .init(
          command: "traceql tags --filter '{ resource.service.name = \"cart\" }'",
          purpose: "what the spans of one service carry"),
      ]),
    Command(
      name: .values,
      summary: "lists the values of one attribute or intrinsic", operands: "FIELD",
      operandCount: 1...1,
      flags: whereToRead + when + [.filter, .param, .limit, .output] + effort + [.help],
      details: [
        "FIELD is written as in TraceQL: resource.service.name, span.http.status_code, .region,",
        "name.",
      ],
      examples: [
        .init(
          command: "traceql values resource.service.name", purpose: "the services there are"),
        .init(
          command: "traceql values name --filter '{ status = error }'",
          purpose: "span names that had errors"),
      ]),
  ]

  private static let asking: [Command] = [
    Command(
      name: .explain,
      summary: "shows how a query would be answered", operands: "QUERY", operandCount: 0...1,
      flags: whereToRead + when + [.analyze, .step, .instant, .limit, .output] + meaning + effort
        + [.param, .file, .help],
      details: [
        "With --analyze the query runs, and a tree shows what each of its operators read, kept and",
        "cost: rows, time, threads, bytes, pages decoded and pages ruled out.",
      ],
      examples: [
        .init(
          command: "traceql explain '{ span.http.status_code >= 500 } >> { status = error }'",
          purpose: "logical plan, rewritten plan, physical plan per block"),
        .init(
          command: "traceql explain --analyze '{ status = error } | by(name) | count() > 3'",
          purpose: "where the time goes"),
      ]),
    Command(
      name: .check,
      summary: "runs queries of files and compares the answers with what the files expect",
      operands: "FILE...", operandCount: 1...10_000, operandKind: .files,
      flags: whereToRead + when + [.param, .step, .limit, .output] + meaning + effort + [.help],
      details: [
        "A check file has checks: a name, a query, and what its answer must be.", "",
        "    check no payment fails",
        "      query { resource.service.name = $service && status = error }",
        "      expect none", "",
        "    check payments are fast",
        "      query { name = \"charge\" } | quantile_over_time(duration, 0.95)",
        "      expect every value < 800ms", "",
        "The format is described in examples/checks/README.md. FILE - is standard input. Exits 1",
        "if an expectation is not met, 2 if a file is wrong, 3 if an answer is partial.",
      ],
      examples: [
        .init(
          command: "traceql check --source /var/tempo/traces --since 1h checks/*.check",
          purpose: "the last hour against every file"),
        .init(
          command: "traceql check --output junit --param service=payment payment.check",
          purpose: "for a CI server, with the value of a parameter"),
      ]),
    Command(
      name: .api,
      summary: "answers one Tempo API request without a server", operands: "PATH",
      operandCount: 1...1,
      flags: whereToRead + [.include, .header] + meaning + effort + [.help],
      details: [
        "The body goes to standard output. PATH - reads request paths line by line from standard",
        "input, in one process, and frames each answer as with -i.",
      ],
      examples: [
        .init(
          command: "traceql api '/api/search?q={status=error}&limit=5'", purpose: "a search"),
        .init(
          command: "traceql api -i -H 'Accept: application/protobuf' /api/v2/traces/57718aba5009d8",
          purpose: "a trace as protobuf, with headers"),
      ]),
    Command(
      name: .serve,
      summary: "serves the Tempo API over HTTP, for Grafana", operands: "", operandCount: 0...0,
      flags: whereToRead + [.data, .blockFormat, .listen, .config, .set, .printConfig] + meaning
        + effort + [.help],
      details: [
        "Flags go before environment variables (TRACEQL_SERVER_HTTP_LISTEN_PORT=3200), these",
        "before the file, the file before defaults. SIGHUP reads the configuration again; SIGTERM",
        "waits for queries in flight, a second one does not. Blocks may come and go meanwhile.",
        "With --data spans are taken: OTLP on ports 4318 and 3200, Zipkin on 9411, Jaeger on",
        "14268, or where distributor.receivers of the configuration says.",
      ],
      examples: [
        .init(
          command: "traceql serve --source /var/tempo/traces",
          purpose: "Grafana's Tempo data source: http://localhost:3200"),
        .init(
          command: "traceql serve --data /var/lib/traceql",
          purpose: "takes spans, keeps them as blocks, and answers over them at once"),
        .init(
          command: "traceql serve --config tempo.yml --listen 0.0.0.0:3200 --print-config",
          purpose: "what it would run with"),
      ]),
  ]

  /// The command of that name; every name has one (a test says so).
  package static func command(_ name: Command.Name) -> Command {
    // Lists are made when they are looked at: that of a query and a request first.
    func entry(in list: [Command]) -> Command? { list.first { $0.name == name } }
    guard
      let command = entry(in: asking) ?? entry(in: reading) ?? entry(in: blocks)
        ?? entry(in: changing) ?? entry(in: making) ?? entry(in: upkeep)
    else { preconditionFailure("every command name has its entry in the table") }
    return command
  }
}
