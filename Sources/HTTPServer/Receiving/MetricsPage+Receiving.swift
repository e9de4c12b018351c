import LiveStore

extension TraceServer {
  /// What was taken and what was not, under Tempo's names where they mean the same.
  func receiving(_ text: inout MetricsText) {
    guard let live else { return }
    let counts = live.counts
    let families: [(String, String, @Sendable (IngestCounts) -> Int)] = [
      ("tempo_distributor_spans_received_total", "Spans taken.", { $0.spansReceived }),
      ("tempo_distributor_bytes_received_total", "Bytes of requests taken.", { $0.bytesReceived }),
      (
        "tempo_distributor_ingress_bytes_total", "Bytes of bodies that came.",
        { $0.ingressBytes }
      ),
      ("traceql_requests_refused_total", "Requests with spans not taken.", { $0.requestsRefused }),
      ("traceql_wal_bytes_written_total", "Bytes of write-ahead logs.", { $0.logBytesWritten }),
      ("traceql_wal_syncs_total", "Times logs were made sure of.", { $0.logSyncs }),
      ("tempo_ingester_blocks_flushed_total", "Blocks written.", { $0.blocksWritten }),
      ("traceql_block_bytes_written_total", "Bytes of blocks.", { $0.blockBytesWritten }),
      ("tempo_ingester_failed_flushes_total", "Blocks not written.", { $0.failedFlushes }),
    ]
    for (name, help, value) in families {
      text.family(name, .counter, help)
      for (tenant, counts) in counts {
        text.sample(name, [("tenant", tenant)], Double(value(counts)))
      }
    }
    let truncated = "tempo_distributor_attributes_truncated_total"
    text.family(truncated, .counter, "Attributes that were cut, by what they belong to.")
    for (tenant, counts) in counts {
      for (place, count) in counts.truncatedByPlace {
        text.sample(truncated, [("tenant", tenant), ("scope", place)], Double(count))
      }
    }
    text.family("tempo_discarded_spans_total", .counter, "Spans not kept, by reason.")
    for (tenant, counts) in counts {
      for (reason, count) in counts.spansDiscarded.sorted(by: { $0.key < $1.key }) {
        text.sample(
          "tempo_discarded_spans_total", [("reason", reason), ("tenant", tenant)], Double(count))
      }
    }
    text.single(
      "traceql_live_spans", .gauge, "Spans in no block yet.", Double(live.liveSpanCount))
    text.single(
      "traceql_ingest_memory_bytes", .gauge, "Memory of spans in no block yet.",
      Double(live.memory.live + live.memory.requests))
  }
}
