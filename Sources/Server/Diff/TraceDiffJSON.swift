import OTLP
import Wire

/// `trace-patch-v0`: every change, one entry a span.
enum TraceDiffJSON {
  static func write(
    _ diff: TraceDiff, baseID: [UInt8], compareID: [UInt8], into writer: inout JSONWriter
  ) {
    let listed = diff.listed
    writer.object { writer in
      writer.member("version", text: TraceDiffFormat.patch.rawValue)
      for (side, id, tree) in [("base", baseID, diff.base), ("compare", compareID, diff.compare)] {
        writer.key(side)
        writer.object { writer in
          writer.member("traceId", text: Hex.encode(id))
          writer.key("spanCount")
          writer.int(tree.nodes.count)
        }
      }
      statistics(diff, listed, &writer)
      writer.key("modified")
      writer.array { writer in
        for entry in listed.modified { write(entry, diff, &writer) }
      }
      writer.key("added")
      writer.array { writer in
        for entry in listed.added { write(entry, diff, &writer) }
      }
      writer.key("removed")
      writer.array { writer in
        for number in listed.removed { write(removed: number, diff, &writer) }
      }
      warnings(diff, &writer)
    }
  }

  private static func statistics(
    _ diff: TraceDiff, _ listed: TraceDiff.Listed, _ writer: inout JSONWriter
  ) {
    writer.key("stats")
    writer.object { writer in
      let numbers = [
        ("spanCountA", diff.base.nodes.count), ("spanCountB", diff.compare.nodes.count),
        ("matchedSpans", diff.matchedCount), ("modifiedSpans", diff.modified.count),
        ("addedSpans", diff.added.count), ("removedSpans", diff.removed.count),
        ("fieldChanges", diff.fieldChangeCount), ("attributeChanges", diff.attributeChangeCount),
        ("eventChanges", diff.eventChangeCount),
      ]
      for (name, value) in numbers {
        writer.key(name)
        writer.int(value)
      }
      writer.key("truncated")
      writer.bool(listed.isTruncated)
    }
  }

  // MARK: Entries

  private static func write(
    _ entry: TraceDiff.Modified, _ diff: TraceDiff, _ writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.key("span")
      writer.object { identify(diff.base.nodes[entry.base], &$0) }
      writer.key("changes")
      writer.array { writer in
        for change in entry.changes { write(change, &writer) }
      }
    }
  }

  private static func write(_ change: TraceDiff.Change, _ writer: inout JSONWriter) {
    writer.object { writer in
      let op = change.before == nil ? "add" : change.after == nil ? "remove" : "modify"
      writer.member("op", text: op)
      writer.key("target")
      writer.object { writer in
        switch change.target {
        case .attribute(let scope, let key):
          writer.member("type", text: "attribute")
          writer.member("scope", text: scope)
          writer.member("key", text: key)
        case .field(let name):
          writer.member("type", text: "field")
          writer.member("name", text: name)
        }
      }
      for (name, value) in [("before", change.before), ("after", change.after)] {
        guard let value else { continue }
        writer.key(name)
        TraceLLM.write(value, into: &writer)
      }
    }
  }

  private static func write(
    _ entry: TraceDiff.Added, _ diff: TraceDiff, _ writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.key("target")
      writer.object { writer in
        writer.member("type", text: "span")
        writer.key("parentPath")
        writer.array { for step in entry.parentPath { $0.int(step) } }
        writer.key("index")
        writer.int(entry.index)
      }
      writer.key("span")
      writer.object { describe(diff.compare.nodes[entry.compare], &$0) }
    }
  }

  private static func write(removed number: Int, _ diff: TraceDiff, _ writer: inout JSONWriter) {
    let node = diff.base.nodes[number]
    writer.object { writer in
      writer.key("target")
      writer.object { writer in
        writer.member("type", text: "span")
        path(node, &writer)
      }
      writer.key("span")
      writer.object { describe(node, &$0) }
    }
  }

  private static func path(_ node: SpanTree.Node, _ writer: inout JSONWriter) {
    writer.key("path")
    writer.array { for step in node.path { $0.int(step) } }
  }

  private static func identify(_ node: SpanTree.Node, _ writer: inout JSONWriter) {
    path(node, &writer)
    for (name, text) in [
      ("service", node.service), ("name", node.span.name),
      ("kind", Keywords.kind(Int64(node.span.kind))),
    ] {
      writer.key(name)
      writer.string(text)
    }
  }

  private static func describe(_ node: SpanTree.Node, _ writer: inout JSONWriter) {
    identify(node, &writer)
    writer.key("duration_nanos")
    writer.int(node.durationNanoseconds)
    writer.key("status")
    writer.string(Keywords.status(Int64(node.span.status.code)))
  }

  // MARK: Warnings

  private static func warnings(_ diff: TraceDiff, _ writer: inout JSONWriter) {
    writer.key("warnings")
    writer.array { writer in
      for (side, tree) in [("base", diff.base), ("compare", diff.compare)] {
        for (code, message) in warnings(of: tree) {
          writer.object { writer in
            writer.member("code", text: code)
            writer.member("message", text: "\(side): \(message)")
          }
        }
      }
    }
  }

  private static func warnings(of tree: SpanTree) -> [(code: String, message: String)] {
    var found: [(code: String, message: String)] = []
    if tree.nodes.isEmpty { found.append(("zero_span_trace", "the trace has no spans")) }
    if Set(tree.nodes.map(\.span.spanID)).count < tree.nodes.count {
      found.append(("duplicate_span_id", "several spans have the same ID"))
    }
    if tree.nodes.contains(where: { $0.durationNanoseconds < 0 }) {
      found.append(("invalid_duration", "a span ends before it starts"))
    }
    return found
  }
}
