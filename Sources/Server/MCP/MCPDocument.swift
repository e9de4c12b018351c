import Wire

/// What a language model can read about the language and the server.
struct MCPDocument {
  var uris: [String]
  var name: String
  var text: String

  static let all = [
    MCPDocument(
      uris: ["docs://traceql/basic", "docs://traceql/query"], name: "TraceQL, basics",
      text: basic),
    MCPDocument(
      uris: ["docs://traceql/aggregates"], name: "TraceQL, aggregates", text: aggregates),
    MCPDocument(
      uris: ["docs://traceql/structural"], name: "TraceQL, structure", text: structural),
    MCPDocument(uris: ["docs://traceql/metrics"], name: "TraceQL, metrics", text: metrics),
    MCPDocument(
      uris: ["docs://config/overview"], name: "Configuration, overview",
      text: configurationOverview),
    MCPDocument(
      uris: ["docs://config/reference"], name: "Configuration, reference",
      text: configurationReference),
  ]

  static func list(_ writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("resources")
      writer.array { writer in
        for document in all {
          for uri in document.uris {
            writer.object { writer in
              writer.member("uri", text: uri)
              writer.member("name", text: document.name)
              writer.member("mimeType", text: "text/markdown")
            }
          }
        }
      }
    }
  }

  private static let basic = """
    # TraceQL, basics

    A query selects spans; a trace is found if at least one of its spans is selected.

        { resource.service.name = "cart" && span.http.status_code >= 500 }

    * Attributes are written with their scope: `resource.`, `span.`, `event.`, `link.`,
      `instrumentation.`;
      `.name` looks in the span first, then in the resource. Quote odd names: `span."foo bar"`.
    * Intrinsics: `name`, `status` (`ok`, `error`, `unset`), `kind` (`server`, `client`,
      `producer`, `consumer`,
      `internal`), `duration`, `statusMessage`, `trace:duration`, `trace:rootName`,
      `trace:rootService`, `trace:id`,
      `span:id`, `span:parentID`, `event:name`, `event:timeSinceStart`, `link:traceID`,
      `instrumentation:name`.
    * Comparisons: `=` `!=` `<` `<=` `>` `>=`, and `=~` `!~` with a regular expression that
      matches the whole value.
    * Values: `"text"`, `42`, `1.5`, `true`, `500ms`, `2s`, `1h`, `nil` (`span.x != nil`: the
      attribute is there).
    * Join conditions on one span with `&&` and `||`; `!( … )` turns one round.
    * `{ }` selects every span.
    * `| select(span.http.url, name)` adds values to what is listed.

    Types must agree: a status code stored as a number is not equal to `"500"`.
    """

  private static let aggregates = """
    # TraceQL, aggregates

    After a filter, stages look at the selected spans of each trace.

        { status = error } | count() > 3
        { kind = server } | avg(duration) > 200ms
        { } | by(resource.service.name) | count() > 10

    * `count()`, `avg(x)`, `min(x)`, `max(x)`, `sum(x)` with a comparison keep the traces for
      which it holds.
    * `by(x)` splits the spans of a trace into groups; later stages look at each group alone.
      `coalesce()` joins them again.
    * Stages follow one another: `{ } | by(name) | count() > 2 | max(duration) > 1s`.
    """

  private static let structural = """
    # TraceQL, structure

    Operators between filters look at where spans stand in the tree; what is on the right is
    selected.

    | operator | selects the right side if it is |
    |---|---|
    | `{A} >> {B}` | anywhere below an A |
    | `{A} > {B}` | directly below an A |
    | `{A} << {B}` | anywhere above an A |
    | `{A} < {B}` | the parent of an A |
    | `{A} ~ {B}` | a sibling of an A |
    | `{A} && {B}` | both sides, if the trace has both |
    | `{A} \\|\\| {B}` | both sides, if the trace has either |

    `!>>`, `!>`, `!<<`, `!<`, `!~` select the right side where there is no such A; `&>>` and its
    kin select both sides.

        { resource.service.name = "frontend" } >> { status = error }
    """

  private static let metrics = """
    # TraceQL, metrics

    A metrics function after a filter makes series of values from the selected spans.

        { status = error } | rate() by(resource.service.name)
        { kind = server } | quantile_over_time(duration, 0.5, 0.99) by(name)
        { } | count_over_time()

    * `rate()` spans per second, `count_over_time()` spans per step; `min_`, `max_`, `avg_`,
      `sum_over_time(x)`;
      `quantile_over_time(x, q, …)`; `histogram_over_time(x)`.
    * `by(a, b)` makes one series for each combination of values.
    * `| topk(5)` and `| bottomk(5)` keep some of the series.
    * `{ } | compare({ status = error })` tells which attribute values are typical of the inner
      selection.

    A metrics query takes the whole pipeline: no stage but topk and bottomk, or a comparison,
    follows it.
    """

  private static let configurationOverview = """
    # Configuration, overview

    This server reads blocks that lie in a folder and takes nothing in. It is configured by flags,
    environment
    variables and a YAML file, in this order of precedence. Keys that Tempo has too have their
    usual names and places:

        server:
          http_listen_port: 3200
        storage:
          trace:
            backend: local
            local:
              path: /var/tempo/traces
        query_frontend:
          mcp_server:
            enabled: true

    `traceql serve --print-config` prints every key with its value and what it means. SIGHUP reads
    the file again.
    """

  private static let configurationReference = """
    # Configuration, reference

    GET /status/config shows the configuration in effect; `?mode=diff` only what differs from the
    defaults, `?mode=defaults`
    the defaults. `traceql serve --print-config` prints the same with a comment for each key.

    Limits are off unless they are set: `query_frontend.search.max_result_limit`,
    `query_frontend.search.max_duration`,
    `query_frontend.metrics.max_duration`, `query_frontend.api_timeout`,
    `overrides.defaults.global.max_bytes_per_trace`.
    """
}
