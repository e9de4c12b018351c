import OTLP
import Wire

/// `trace-summary-v0-native`: what a person wants to know first of two traces.
struct TraceDiffSummary {
  private struct Side {
    var id: [UInt8]
    var tree: SpanTree

    var root: SpanTree.Node? { tree.roots.first.map { tree.nodes[$0] } }
    var spanCount: Int { tree.nodes.count }
    var errorCount: Int { tree.nodes.count(where: \.isError) }
    var sumNanoseconds: Int64 { tree.nodes.reduce(0) { $0 &+ max($1.durationNanoseconds, 0) } }
    var durationNanoseconds: Int64 {
      let start = tree.nodes.map(\.span.startNanoseconds).min() ?? 0
      let end = tree.nodes.map(\.span.endNanoseconds).max() ?? 0
      return end > start ? Int64(clamping: end - start) : 0
    }
  }

  private struct ServiceChange {
    var spanCounts = (base: 0, compare: 0)
    var errorCounts = (base: 0, compare: 0)
    var nanoseconds: (base: Int64, compare: Int64) = (0, 0)

    var isChanged: Bool {
      spanCounts.base != spanCounts.compare || errorCounts.base != errorCounts.compare
    }
  }

  private let diff: TraceDiff
  private let base: Side
  private let compare: Side

  init(_ diff: TraceDiff, baseID: [UInt8], compareID: [UInt8]) {
    self.diff = diff
    base = Side(id: baseID, tree: diff.base)
    compare = Side(id: compareID, tree: diff.compare)
  }

  func write(into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("version", text: TraceDiffFormat.native.rawValue)
      for (name, side) in [("base", base), ("compare", compare)] {
        writer.key(name)
        write(side, &writer)
      }
      signals(&writer)
      trust(&writer)
      statistics(&writer)
      services(&writer)
    }
  }

  private func write(_ side: Side, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("traceId", text: Hex.encode(side.id))
      for (name, text) in [
        ("rootService", side.root?.service ?? ""), ("rootName", side.root?.span.name ?? ""),
      ] {
        writer.key(name)
        writer.string(text)
      }
      for (name, count) in [("spanCount", side.spanCount), ("errorSpanCount", side.errorCount)] {
        writer.key(name)
        writer.int(count)
      }
      milliseconds("durationMs", side.durationNanoseconds, &writer)
      milliseconds("sumSpanDurationMs", side.sumNanoseconds, &writer)
    }
  }

  private func milliseconds(_ name: String, _ nanoseconds: Int64, _ writer: inout JSONWriter) {
    writer.key(name)
    writer.double(Double(nanoseconds) / 1e6)
  }

  private func signals(_ writer: inout JSONWriter) {
    func word<Number: Comparable>(_ before: Number, _ after: Number) -> String {
      after > before ? "increased" : after < before ? "decreased" : "unchanged"
    }
    let isSame = diff.added.isEmpty && diff.removed.isEmpty
    let words = [
      ("traceLatency", word(base.durationNanoseconds, compare.durationNanoseconds)),
      ("sumSpanDuration", word(base.sumNanoseconds, compare.sumNanoseconds)),
      ("errors", word(base.errorCount, compare.errorCount)),
      ("spanCount", word(base.spanCount, compare.spanCount)),
      ("structure", isSame ? "unchanged" : "changed"),
    ]
    writer.key("signals")
    writer.object { writer in
      for (name, text) in words { writer.member(name, text: text) }
    }
  }

  /// How far the comparison can be believed: 1 if every span has its partner.
  private func trust(_ writer: inout JSONWriter) {
    let larger = max(base.spanCount, compare.spanCount)
    let union = base.spanCount + compare.spanCount - diff.matchedCount
    writer.key("trust")
    writer.object { writer in
      for (name, count) in [("matchedSpanRatio", larger), ("structureOverlap", union)] {
        writer.key(name)
        writer.double(count == 0 ? 1 : Double(diff.matchedCount) / Double(count))
      }
    }
  }

  private func statistics(_ writer: inout JSONWriter) {
    writer.key("stats")
    writer.object { writer in
      let counts = [
        ("spanCountDelta", compare.spanCount - base.spanCount),
        ("errorSpanCountDelta", compare.errorCount - base.errorCount),
        ("matchedSpans", diff.matchedCount), ("modifiedSpans", diff.modified.count),
        ("addedSpans", diff.added.count), ("removedSpans", diff.removed.count),
      ]
      for (name, count) in counts {
        writer.key(name)
        writer.int(count)
      }
      milliseconds(
        "durationMsDelta", compare.durationNanoseconds - base.durationNanoseconds, &writer)
      milliseconds(
        "sumSpanDurationMsDelta", compare.sumNanoseconds &- base.sumNanoseconds, &writer)
    }
  }

  private func services(_ writer: inout JSONWriter) {
    var found: [String: ServiceChange] = [:]
    for node in base.tree.nodes {
      found[node.service, default: ServiceChange()].spanCounts.base += 1
      found[node.service]?.errorCounts.base += node.isError ? 1 : 0
      found[node.service]?.nanoseconds.base &+= max(node.durationNanoseconds, 0)
    }
    for node in compare.tree.nodes {
      found[node.service, default: ServiceChange()].spanCounts.compare += 1
      found[node.service]?.errorCounts.compare += node.isError ? 1 : 0
      found[node.service]?.nanoseconds.compare &+= max(node.durationNanoseconds, 0)
    }
    let sorted = found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    writer.member("changedServices", strings: sorted.filter(\.value.isChanged).map(\.key))
    writer.key("services")
    writer.array { writer in
      for (name, service) in sorted {
        writer.object { writer in
          writer.key("service")
          writer.string(name)
          let counts = [
            ("baseSpanCount", service.spanCounts.base),
            ("compareSpanCount", service.spanCounts.compare),
            ("baseErrorSpanCount", service.errorCounts.base),
            ("compareErrorSpanCount", service.errorCounts.compare),
          ]
          for (name, count) in counts {
            writer.key(name)
            writer.int(count)
          }
          milliseconds("baseSumSpanDurationMs", service.nanoseconds.base, &writer)
          milliseconds("compareSumSpanDurationMs", service.nanoseconds.compare, &writer)
        }
      }
    }
  }
}
