package import Columns
package import Storage

/// Traces in memory, in the shape the engine reads: the reference for what a unit must give.
///
/// Columns are built from the traces whenever they are asked for.
package final class MemoryUnit: SpanUnit {
  /// Ways of storing the same traces. Answers must not depend on them.
  package enum Storing: String, CaseIterable, Sendable {
    /// Attributes in lists; nothing can be told without reading.
    case lists
    /// As before, and probes are answered exactly.
    case probed
    /// Single strings and integers in columns of their own, probes answered.
    case columns
  }

  package let traces: [StoredTrace]
  package let storing: Storing
  let batches: [StoredTrace.Batch]
  let spans: [StoredSpan]
  let events: [StoredEvent]
  let links: [StoredLink]

  /// Keys with a column of their own, by scope: true for strings, false for integers.
  private(set) lazy var columnTypes: [AttributeScope: [String: Bool]] =
    storing == .columns
    ? Dictionary(
      uniqueKeysWithValues: [.span, .resource, .event].map { ($0, typesOfColumns($0)) }) : [:]
  var knownEntries: [AttributeScope: [Entry]] = [:]

  package init(_ traces: [StoredTrace], storing: Storing) {
    self.traces = traces
    self.storing = storing
    batches = traces.flatMap(\.batches)
    spans = batches.flatMap(\.spans)
    events = spans.flatMap(\.events)
    links = spans.flatMap(\.links)
  }

  package var traceCount: Int { traces.count }

  package func narrowed(to kept: Bitmap) -> any SpanUnit {
    precondition(kept.count == traceCount, "one bit per trace")
    let narrowed = MemoryUnit(kept.indices().map { traces[Int($0)] }, storing: storing)
    // A block's columns are those of the whole block.
    narrowed.columnTypes = columnTypes
    return narrowed
  }

  package func liveSpans() -> Bitmap? { nil }
  /// Nothing is counted: what is in memory is there already.
  package func checkpoint(taking byteCount: Int) {}
  package func serviceStatistics() -> ServiceCounts? { nil }

  // MARK: Shape

  /// Every batch is a resource with one scope.
  package func layout() -> UnitLayout {
    UnitLayout(
      resourceOffsets: Self.offsets(traces.map(\.batches.count)),
      scopeOffsets: Self.offsets(batches.map { _ in 1 }),
      spanOffsets: Self.offsets(batches.map(\.spans.count)))
  }

  package func offsets(of lane: TraceLane) -> [UInt32]? {
    switch lane {
    case .event: Self.offsets(spans.map(\.events.count))
    case .link: Self.offsets(spans.map(\.links.count))
    default: nil
    }
  }

  private static func offsets(_ counts: [Int]) -> [UInt32] {
    counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + UInt32($1)) }
  }

  // MARK: Columns

  /// Tree numbers are left to the engine.
  package func column(_ column: TraceColumn) -> ColumnValues? {
    switch column {
    case .traceID: return .text(Self.text(traces.map(\.id)))
    case .traceStart: return .int64(traces.map(\.start))
    case .traceEnd: return .int64(traces.map(\.end))
    case .traceDuration: return .int64(traces.map { $0.end &- $0.start })
    case .rootSpanName: return Self.strings(traces.map { $0.root?.span.name ?? "" })
    case .rootServiceName: return Self.strings(traces.map { $0.root?.batch.serviceName ?? "" })
    case .serviceName: return Self.strings(batches.map(\.serviceName))
    case .scopeName: return Self.strings(batches.map(\.scope.name))
    case .scopeVersion: return Self.strings(batches.map(\.scope.version))
    case .spanID: return .text(Self.text(spans.map(\.id)))
    case .parentSpanID: return .text(Self.text(spans.map(\.parentID)))
    case .spanName: return Self.strings(spans.map(\.name))
    case .kind: return .int64(spans.map(\.kind))
    case .spanStart: return .int64(spans.map(\.start))
    case .spanDuration: return .int64(spans.map(\.duration))
    case .statusCode: return .int64(spans.map(\.status))
    case .statusMessage: return Self.strings(spans.map(\.statusMessage))
    case .traceState: return Self.strings(spans.map(\.traceState))
    case .eventName: return Self.strings(events.map(\.name))
    case .eventTimeSinceStart: return .int64(events.map(\.time))
    case .linkTraceID: return .text(Self.text(links.map(\.traceID)))
    case .linkSpanID: return .text(Self.text(links.map(\.spanID)))
    default: return nil
    }
  }

  static func strings(_ values: [String]) -> ColumnValues {
    .text(text(values.map { Array($0.utf8) }))
  }

  /// A dictionary of the distinct values, and their codes.
  static func text(_ values: [[UInt8]]) -> TextColumn {
    var known: [[UInt8]: UInt32] = [:]
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    let codes = values.map { value in
      if let code = known[value] { return code }
      let code = UInt32(known.count)
      known[value] = code
      bytes += value
      offsets.append(UInt32(bytes.count))
      return code
    }
    return TextColumn(
      codes: codes, table: StringTable(offsets: offsets, bytes: bytes), isDistinct: true)
  }
}

extension StoredTrace.Batch {
  /// What a block's own column of service names holds: "" where there is none, or no string.
  package var serviceName: String {
    resource.first { $0.key == "service.name" && $0.elements.count == 1 }?.elements[0].text ?? ""
  }
}
