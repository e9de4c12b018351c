import Columns
import Spans

/// What a block says of each trace as a whole (blocks.md 3.8).
struct TraceSummary: Sendable {
  /// Unix nanoseconds.
  private(set) var starts: [UInt64] = []
  private(set) var ends: [UInt64] = []
  /// Numbers of texts, 0 where the root is not known.
  private(set) var rootServices: [UInt32] = []
  private(set) var rootNames: [UInt32] = []
  /// Trace `i` has the services `serviceOffsets[i]..<serviceOffsets[i + 1]`, sorted by name.
  private(set) var serviceOffsets: [UInt32] = [0]
  private(set) var services: [UInt32] = []
  private(set) var spanCounts: [UInt32] = []
  private(set) var errorCounts: [UInt32] = []

  private let errorCode: Int32 = 2
  /// Where each service stands among all in the order of their bytes; by number of text.
  private let ranks: [UInt32]
  /// By rank: where the trace at hand counts the service's spans plus one, 0 for not yet.
  private var places: [UInt32]
  private var counts: [ServiceCount] = []
  private let referenceType: UInt32
  private let childOf: UInt32

  init(_ table: SpanTable, _ layout: TraceLayout) {
    // A text that no span has has no number.
    referenceType = table.strings.number(of: "opentracing.ref_type") ?? .max
    childOf = table.strings.number(of: "child_of") ?? .max
    let (ranks, serviceCount) = Self.ranks(table)
    self.ranks = ranks
    places = [UInt32](repeating: 0, count: serviceCount)
    for trace in 0..<layout.traceCount {
      let rows = Int(layout.spansOfTrace[trace])..<Int(layout.spansOfTrace[trace + 1])
      append(layout.spans[rows], layout.traceIDs[trace], table)
    }
  }

  /// Names are compared once, not in every trace.
  private static func ranks(_ table: SpanTable) -> ([UInt32], serviceCount: Int) {
    var ranks = [UInt32](repeating: 0, count: table.strings.count)
    let strings = table.strings
    let names = Set(table.resources.serviceNames).sorted { strings.precedes($0, $1) }
    for (rank, name) in names.enumerated() { ranks[Int(name)] = UInt32(rank) }
    return (ranks, names.count)
  }

  private struct ServiceCount {
    var service: UInt32
    var rank: UInt32
    var spans: UInt32 = 0
    var errors: UInt32 = 0
  }

  private mutating func count(_ service: UInt32, isError: Bool) {
    let rank = ranks[Int(service)]
    if places[Int(rank)] == 0 {
      counts.append(ServiceCount(service: service, rank: rank))
      places[Int(rank)] = UInt32(counts.count)
    }
    let place = Int(places[Int(rank)]) - 1
    counts[place].spans += 1
    if isError { counts[place].errors += 1 }
  }

  private mutating func endCounting() {
    if counts.count > 1 { counts.sort { $0.rank < $1.rank } }
    for count in counts {
      services.append(count.service)
      spanCounts.append(count.spans)
      errorCounts.append(count.errors)
      places[Int(count.rank)] = 0
    }
    serviceOffsets.append(UInt32(services.count))
    counts.removeAll(keepingCapacity: true)
  }

  private mutating func append(
    _ spans: ArraySlice<UInt32>, _ traceID: TraceID, _ table: SpanTable
  ) {
    var start: UInt64 = 0
    var end: UInt64 = 0
    var root: Int?
    for span in spans {
      let span = Int(span)
      let spanStart = table.starts[span]
      // A start of 0 is one that is not known.
      if start == 0 || spanStart < start { start = spanStart }
      end = max(end, spanStart &+ table.durations[span])
      if isRoot(span, traceID, table), root.map({ table.isLater(span, $0) }) ?? true {
        root = span
      }
      let service = table.resources.serviceNames[Int(table.resourceOfSpan[span])]
      count(service, isError: table.statusCodes[span] == errorCode)
    }
    starts.append(start)
    ends.append(end)
    rootNames.append(root.map { table.names[$0] } ?? 0)
    rootServices.append(
      root.map { table.resources.serviceNames[Int(table.resourceOfSpan[$0])] } ?? 0)
    endCounting()
  }

  /// A span without a parent, unless a link says that it is the child of a span of its trace.
  private func isRoot(_ span: Int, _ traceID: TraceID, _ table: SpanTable) -> Bool {
    guard table.parentIDs[span].isEmpty else { return false }
    for link in Int(table.linkOffsets[span])..<Int(table.linkOffsets[span + 1]) {
      let attributes = table.links.attributes
      let isChild = attributes.range(of: link).contains {
        attributes.keys[$0] == referenceType && attributes.kinds[$0] == .text
          && attributes.payloads[$0] == UInt64(childOf)
      }
      if isChild, TraceID(table.strings.bytes(table.links.traceIDs[link])) == traceID {
        return false
      }
    }
    return true
  }
}

extension SpanTable {
  /// Of several roots the last one names the trace (blocks.md 3.8): by start, span ID and kind, so
  /// that a trace has the same name when its parts are put together in a query.
  fileprivate func isLater(_ a: Int, _ b: Int) -> Bool {
    (starts[a], spanIDs[a].bits, kinds[a]) > (starts[b], spanIDs[b].bits, kinds[b])
  }
}
