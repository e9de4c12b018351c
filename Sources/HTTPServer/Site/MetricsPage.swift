import Columns
import LiveStore
import Server
import Storage
import Synchronization

extension TraceServer {
  /// `/metrics`. Where a name of Tempo's means the same, it is used.
  func metricsPage() -> APIResponse {
    var text = MetricsText()
    let counts = telemetry.counts
    requests(counts, &text)
    queries(counts, &text)
    caches(counts, &text)
    receiving(&text)
    if live != nil, current.configuration.retention.isEnabled { compaction.counts.write(to: &text) }
    memory(&text)
    process(&text)
    return APIResponse(
      status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
      body: Array(text.text.utf8))
  }

  private func requests(_ counts: Telemetry.Counts, _ text: inout MetricsText) {
    text.family(
      "tempo_request_duration_seconds", .histogram, "Time from the request line to the answer.")
    let sorted = counts.requests.sorted {
      ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
    }
    for (request, histogram) in sorted {
      text.histogram(
        "tempo_request_duration_seconds",
        [
          ("method", request.method), ("route", request.route),
          ("status_code", "\(request.status)"), ("ws", "false"),
        ], histogram)
    }
    text.single(
      "traceql_response_bytes_total", .counter, "Bytes of bodies sent, as compressed.",
      Double(counts.responseBytes))
    text.single(
      "tempo_tcp_connections", .gauge, "Open connections.",
      Double(watch?.connectionCount ?? 0))
    text.single(
      "traceql_requests_in_flight", .gauge, "Requests begun and not ended.",
      Double(inFlight.load(ordering: .relaxed)))
    text.single(
      "traceql_request_body_bytes", .gauge, "Bodies of requests on their way.",
      Double(bodies.usedBytes))
    text.single(
      "traceql_unsent_bytes", .gauge, "Answers that clients have not taken yet.",
      Double(unsent.usedBytes))
  }

  private func queries(_ counts: Telemetry.Counts, _ text: inout MetricsText) {
    text.family("tempo_query_frontend_queries_total", .counter, "Queries by kind and outcome.")
    let sorted = counts.queries.sorted {
      ($0.key.operation, $0.key.tenant, $0.key.outcome.rawValue)
        < ($1.key.operation, $1.key.tenant, $1.key.outcome.rawValue)
    }
    for (query, count) in sorted {
      text.sample(
        "tempo_query_frontend_queries_total",
        [("op", query.operation), ("tenant", query.tenant), ("result", query.outcome.rawValue)],
        Double(count))
    }
    text.family(
      "tempo_query_frontend_bytes_inspected_total", .counter, "Bytes read from blocks by queries.")
    for (operation, bytes) in counts.bytesInspected.sorted(by: { $0.key < $1.key }) {
      text.sample(
        "tempo_query_frontend_bytes_inspected_total", [("op", operation)], Double(bytes))
    }
    let simple: [(String, String, Int)] = [
      ("traceql_spans_inspected_total", "Spans evaluated.", counts.spansInspected),
      ("traceql_pages_read_total", "Pages of columns decoded.", counts.pagesRead),
      ("traceql_pages_pruned_total", "Pages that need not be read.", counts.pagesPruned),
    ]
    for (name, help, value) in simple { text.single(name, .counter, help, Double(value)) }
    let (running, waiting) = queue.withLock { ($0.runningCount, $0.waitingByTenant) }
    text.single("traceql_queries_running", .gauge, "Queries being answered.", Double(running))
    text.family("tempo_query_frontend_queue_length", .gauge, "Queries that wait.")
    let lengths = Dictionary(
      waiting.map { (tenantLabel($0.tenant), $0.count) }, uniquingKeysWith: +)
    for (tenant, count) in lengths.sorted(by: { $0.key < $1.key }) {
      text.sample("tempo_query_frontend_queue_length", [("user", tenant)], Double(count))
    }
  }

  private func caches(_ counts: Telemetry.Counts, _ text: inout MetricsText) {
    let snapshot = blocks.snapshot
    text.family("tempodb_blocklist_length", .gauge, "Blocks known.")
    let byTenant = Dictionary(grouping: snapshot.blocks, by: \.metadata.tenant)
    for (tenant, blocks) in byTenant.sorted(by: { $0.key < $1.key }) {
      text.sample("tempodb_blocklist_length", [("tenant", tenant)], Double(blocks.count))
    }
    text.single(
      "traceql_blocklist_generation", .counter, "How often the list of blocks changed.",
      Double(snapshot.generation))
    let cache = blocks.cache.usage
    let decoded = blocks.cache.decodedUsage
    let results = resultCache.usage
    let caches: [(String, hits: Int, misses: Int, bytes: Int, count: Int)] = [
      ("structure", cache.hits, cache.misses, cache.bytes, cache.count),
      ("decoded", decoded.hits, decoded.misses, decoded.bytes, decoded.count),
      ("results", counts.resultCacheHits, counts.resultCacheMisses, results.bytes, results.count),
    ]
    text.family("traceql_cache_hits_total", .counter, "Found in a cache.")
    for one in caches {
      text.sample("traceql_cache_hits_total", [("cache", one.0)], Double(one.hits))
    }
    text.family("traceql_cache_misses_total", .counter, "Not found in a cache.")
    for one in caches {
      text.sample("traceql_cache_misses_total", [("cache", one.0)], Double(one.misses))
    }
    text.family("traceql_cache_bytes", .gauge, "What a cache holds.")
    for one in caches { text.sample("traceql_cache_bytes", [("cache", one.0)], Double(one.bytes)) }
    text.family("traceql_cache_entries", .gauge, "Entries of a cache.")
    for one in caches {
      text.sample("traceql_cache_entries", [("cache", one.0)], Double(one.count))
    }
  }

  /// What the memory of the process is used for, as far as anybody keeps account; what queries work
  /// with is the rest of what is allocated.
  private func memory(_ text: inout MetricsText) {
    let heap = heap.usage()
    var parts = [
      ("allocated", heap.used), ("free", heap.free), ("structure_cache", blocks.cache.usage.bytes),
      ("decoded_cache", blocks.cache.decodedUsage.bytes),
      ("results_cache", resultCache.usage.bytes),
      ("request_bodies", bodies.usedBytes), ("unsent_answers", unsent.usedBytes),
    ]
    if let live = live?.memory {
      parts += [
        ("live_spans", live.live), ("live_spans_of_queries", live.held),
        ("spans_on_their_way", live.requests), ("block_being_written", live.writing),
      ]
    }
    let name = "traceql_memory_bytes"
    text.family(name, .gauge, "Memory by use; free: of the heap, not given back to the system.")
    for (part, bytes) in parts { text.sample(name, [("part", part)], Double(bytes)) }
  }

  private func process(_ text: inout MetricsText) {
    let usage = ProcessUsage()
    text.family("tempo_build_info", .gauge, "What is running.")
    let version = APIOptions(current.configuration, self).version
    text.sample("tempo_build_info", [("version", version), ("program", "traceql")], 1)
    text.single(
      "process_cpu_seconds_total", .counter, "Processor time, user and system.", usage.cpuSeconds)
    text.single(
      "process_resident_memory_bytes", .gauge, "Memory in use.", Double(usage.residentBytes))
    text.single(
      "process_virtual_memory_bytes", .gauge, "Address space.", Double(usage.virtualBytes))
    text.single("process_threads", .gauge, "Threads.", Double(usage.threadCount))
    text.single("process_open_fds", .gauge, "Open files.", Double(usage.openFileCount))
    text.single("process_max_fds", .gauge, "Files that may be open.", Double(usage.openFileMax))
    text.single(
      "process_start_time_seconds", .gauge, "Unix time of the start.",
      Double(startNanoseconds / 1_000_000) / 1_000)
  }
}
