import Columns
import Spans
import TestSupport
import Testing

@Suite struct SpanTableTests {
  /// Spans of every shape: each kind of attribute, events, links, few and many resources.
  static func table(_ random: inout SplitMix, spans: Int, traces: Int, owners: Int) -> SpanTable {
    var table = SpanTable()
    // Numbers that differ from table to table.
    for i in 0..<random.below(20) { _ = table.strings.intern("unused \(i)") }
    for span in 0..<spans {
      var fields = SpanTable.SpanFields()
      fields.traceID = TraceID(high: 7, low: UInt64(random.below(traces)))
      fields.spanID = ShortID(bits: UInt64(span + 1), byteCount: 8)
      fields.name = table.strings.intern("name \(random.below(5))")
      fields.start = UInt64(random.below(1_000))
      fields.end = fields.start + UInt64(random.below(50))
      fields.statusMessage = table.strings.intern(random.below(3) == 0 ? "message" : "")
      var own = AttributeTable()
      own.append(
        key: table.strings.intern("service.name"), .text,
        UInt64(table.strings.intern("service \(random.below(owners))")))
      own.endOwner()
      fields.resource = table.resource(own, droppedAttributes: 0)
      var none = AttributeTable()
      none.endOwner()
      fields.scope = table.scope(
        name: table.strings.intern("scope \(random.below(3))"), version: 0, none,
        droppedAttributes: 0)
      for _ in 0..<random.below(4) { attribute(&random, &table.attributes, &table.strings) }
      for event in 0..<random.below(3) {
        attribute(&random, &table.events.attributes, &table.strings)
        table.events.endEvent(
          time: UInt64(event), name: table.strings.intern("event \(event)"), droppedAttributes: 1)
      }
      for _ in 0..<random.below(2) {
        attribute(&random, &table.links.attributes, &table.strings)
        table.links.endLink(
          traceID: table.strings.intern("link \(random.below(9))"), spanID: 0, traceState: 0,
          droppedAttributes: 2)
      }
      table.endSpan(fields)
    }
    return table
  }

  private static func attribute(
    _ random: inout SplitMix, _ table: inout AttributeTable, _ strings: inout StringInterner
  ) {
    let key = strings.intern("key \(random.below(6))")
    let text = { (random: inout SplitMix, strings: inout StringInterner) in
      UInt64(strings.intern("text \(random.below(40))"))
    }
    switch random.below(7) {
    case 0, 1: table.append(key: key, .text, text(&random, &strings))
    case 2: table.append(key: key, .int, UInt64(random.below(100)))
    case 3: table.append(key: key, .json, UInt64(strings.intern("{}")))
    case 4: table.append(key: key, .intArray, elements: [1, 2, UInt64(random.below(9))])
    case 5: table.append(key: key, .textArray, elements: [])
    default:
      table.append(
        key: key, .textArray, elements: [text(&random, &strings), text(&random, &strings)])
    }
  }

  /// A span with everything that belongs to it, as text.
  static func description(_ table: SpanTable, _ span: Int) -> String {
    func text(_ number: UInt32) -> String { table.strings.string(number) }
    func list(_ attributes: AttributeTable, _ owner: Int) -> String {
      attributes.range(of: owner).map { attribute in
        let kind = attributes.kinds[attribute]
        let isText = kind.element == .text || kind == .json
        let values = attributes.values(of: attribute).map {
          isText ? text(UInt32($0)) : String($0)
        }
        return "\(text(attributes.keys[attribute])):\(kind)=\(values)"
      }.joined(separator: ",")
    }
    let resource = Int(table.resourceOfSpan[span])
    let scope = Int(table.scopeOfSpan[span])
    let events = (Int(table.eventOffsets[span])..<Int(table.eventOffsets[span + 1])).map {
      let name = text(table.events.names[$0])
      return "\(table.events.times[$0]) \(name) \(list(table.events.attributes, $0))"
    }
    let service = text(table.resources.serviceNames[resource])
    let links = (Int(table.linkOffsets[span])..<Int(table.linkOffsets[span + 1])).map {
      "\(text(table.links.traceIDs[$0])) \(list(table.links.attributes, $0))"
    }
    return """
      \(table.traceIDs[span]) \(table.spanIDs[span]) \(text(table.names[span])) \
      \(table.starts[span]) \(table.durations[span]) \(text(table.statusMessages[span])) \
      [\(service) \(list(table.resources.attributes, resource))] \
      [\(text(table.scopes.names[scope]))] \(list(table.attributes, span)) \(events) \(links)
      """
  }

  /// Whole tables are copied column by column, tables of which something stays behind span by span.
  @Test func bothWaysOfCopyingGiveTheSame() {
    var random = SplitMix(seed: 6)
    for _ in 0..<20 {
      let tables = (0..<3).map { _ in
        Self.table(&random, spans: random.below(40), traces: 5, owners: 3)
      }
      let (all, some) = (
        SpanTable.Merging(), SpanTable.Merging(leavingOut: [TraceID(high: 1, low: 1)])
      )
      var (columns, spans) = (SpanTable(), SpanTable())
      for table in tables {
        columns.append(contentsOf: table, all)
        spans.append(contentsOf: table, some)
      }
      let expected = tables.flatMap { table in
        (0..<table.spanCount).map { Self.description(table, $0) }
      }
      #expect((0..<columns.spanCount).map { Self.description(columns, $0) } == expected)
      #expect((0..<spans.spanCount).map { Self.description(spans, $0) } == expected)
    }
  }

  /// Few spans are compared with the groups there are, many are looked up: both are as a naive
  /// grouping.
  @Test(arguments: [3, 20, 64, 65, 300]) func spansStandByResourceAndScope(count: Int) {
    var random = SplitMix(seed: UInt64(count))
    for owners in [1, 2, 40] {
      let table = Self.table(&random, spans: count, traces: 1, owners: owners)
      let order = TraceOrder(table)
      let layout = TraceLayout(table, order, traces: 0..<order.traceCount)
      var resources: [UInt32] = []
      for span in order.spans where !resources.contains(table.resourceOfSpan[Int(span)]) {
        resources.append(table.resourceOfSpan[Int(span)])
      }
      var spans: [UInt32] = []
      var scopes: [UInt32] = []
      for resource in resources {
        let own = order.spans.filter { table.resourceOfSpan[Int($0)] == resource }
        var ownScopes: [UInt32] = []
        for span in own where !ownScopes.contains(table.scopeOfSpan[Int(span)]) {
          ownScopes.append(table.scopeOfSpan[Int(span)])
        }
        for scope in ownScopes { spans += own.filter { table.scopeOfSpan[Int($0)] == scope } }
        scopes += ownScopes
      }
      #expect(layout.resources == resources && layout.scopes == scopes && layout.spans == spans)
      #expect(Int(layout.resourceOffsets[1]) == resources.count)
      #expect(Int(layout.scopeOffsets[resources.count]) == scopes.count)
      #expect(Int(layout.spanOffsets[scopes.count]) == count)
    }
  }

  /// However the spans of a trace come, together or among others, they are in one place afterwards.
  @Test func tracesAreInTheOrderOfTheirIDs() {
    var random = SplitMix(seed: 9)
    let table = Self.table(&random, spans: 500, traces: 40, owners: 2)
    let order = TraceOrder(table)
    let expected = (0..<table.spanCount).sorted {
      (table.traceIDs[$0].low, table.starts[$0], table.spanIDs[$0].bits)
        < (table.traceIDs[$1].low, table.starts[$1], table.spanIDs[$1].bits)
    }
    #expect(order.spans == expected.map { UInt32($0) })
    #expect(order.traceCount == Set(table.traceIDs).count && order.duplicateCount == 0)
  }
}

extension SplitMix {
  /// A number less than `bound`.
  mutating func below(_ bound: Int) -> Int { integer(0...bound - 1) }
}
