import Engine
import Server

/// The one line that is logged for each query: what was asked, and what it cost.
enum QueryLog {
  static func fields(
    _ job: TraceServer.Job, _ response: APIResponse, elapsedNanoseconds: UInt64, wasCached: Bool
  ) -> [Log.Field] {
    let request = job.request
    var fields: [Log.Field] = [
      .text("tenant", String(job.tenant.prefix(500))), .text("op", job.kind.operation ?? ""),
      .text("route", job.kind.routeName), .text("method", request.method),
      .number("status", response.status),
    ]
    for name in ["q", "query", "tags", "start", "end", "since", "step", "limit"] {
      if let value = request.query.first(where: { $0.name == name })?.value, !value.isEmpty {
        fields.append(.text(name, String(value.prefix(2_000))))
      }
    }
    fields += response.asked.map { .text($0.name, String($0.value.prefix(2_000))) }
    fields.append(.text("path", String(request.path.prefix(500))))
    fields.append(.milliseconds("duration", nanoseconds: elapsedNanoseconds))
    fields.append(.number("response_bytes", response.body.count))
    if wasCached {
      fields.append(.text("cached", "true"))
    } else if let cost = response.cost {
      fields += [
        .number("blocks", cost.blockCount), .number("bytes_read", cost.inspectedBytes),
        .number("spans", cost.inspectedSpans), .number("pages_read", cost.pagesRead),
        .number("pages_pruned", cost.pagesPruned),
      ]
    }
    if let reason = response.header("X-Traceql-Partial") { fields.append(.text("partial", reason)) }
    if response.status >= 400 {
      let text = String(decoding: response.body.prefix(300), as: UTF8.self)
      fields.append(.text("error", text))
    }
    fields.append(.text("peer", job.exchange.peer))
    return fields
  }
}
