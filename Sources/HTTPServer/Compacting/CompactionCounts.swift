import Synchronization

/// What compaction and retention did since the start, under Tempo's names where they mean the same.
final class CompactionCounts: Sendable {
  enum Counter: Int, CaseIterable, Sendable {
    case blocksCompacted, bytesWritten, spansWritten, copiesMerged, errors, blocksSetAside
    case blocksRetired, blocksCleared, tracesExpired

    var name: String {
      switch self {
      case .blocksCompacted: "tempodb_compaction_blocks_total"
      case .bytesWritten: "tempodb_compaction_bytes_written_total"
      case .spansWritten: "traceql_compaction_spans_written_total"
      case .copiesMerged: "tempodb_compaction_spans_combined_total"
      case .errors: "tempodb_compaction_errors_total"
      case .blocksSetAside: "traceql_compaction_blocks_set_aside_total"
      case .blocksRetired: "tempodb_retention_marked_for_deletion_total"
      case .blocksCleared: "tempodb_retention_deleted_total"
      case .tracesExpired: "traceql_retention_traces_expired_total"
      }
    }

    var help: String {
      switch self {
      case .blocksCompacted: "Blocks merged into others."
      case .bytesWritten: "Bytes of merged blocks."
      case .spansWritten: "Spans of merged blocks."
      case .copiesMerged: "Copies of spans that were left out."
      case .errors: "Compactions that failed."
      case .blocksSetAside: "Blocks left alone because they cannot be read."
      case .blocksRetired: "Blocks that had had their time."
      case .blocksCleared: "Blocks removed."
      case .tracesExpired: "Traces taken out of blocks by a rule of retention."
      }
    }
  }

  private let values = Mutex([Int](repeating: 0, count: Counter.allCases.count))

  func add(_ counter: Counter, _ more: Int = 1) { values.withLock { $0[counter.rawValue] += more } }

  func write(to text: inout MetricsText) {
    let values = values.withLock { $0 }
    for counter in Counter.allCases {
      text.single(counter.name, .counter, counter.help, Double(values[counter.rawValue]))
    }
  }
}
