import Columns
import Storage

/// Traces of which only the tree matters: span IDs, parents, kinds, and numbers as a block stores
/// them, or none. Traces of millions of spans cost next to nothing to make.
final class TreeUnit: SpanUnit {
  struct Span {
    var id: UInt64
    /// 0: a root.
    var parent: UInt64
    var kind: Int64 = 1
    /// As stored; nil throughout where the block has no such columns.
    var left: Int64?
    var right: Int64 = 0
    var parentLeft: Int64 = 0
  }

  let traces: [[Span]]
  var readsEverything = false
  private let spans: [Span]

  init(_ traces: [[Span]]) {
    self.traces = traces
    spans = traces.flatMap { $0 }
  }

  var traceCount: Int { traces.count }

  func layout() -> UnitLayout {
    let one = (0...UInt32(traceCount)).map { $0 }
    return UnitLayout(
      resourceOffsets: one, scopeOffsets: one,
      spanOffsets: traces.reduce(into: [0]) { $0.append($0[$0.count - 1] + UInt32($1.count)) })
  }

  func column(_ column: TraceColumn) -> ColumnValues? {
    switch column {
    case .spanID: return .text(Self.ids(spans.map(\.id)))
    case .parentSpanID: return .text(Self.ids(spans.map(\.parent)))
    case .kind: return .int64(spans.map(\.kind))
    case .nestedSetLeft where spans.allSatisfy { $0.left != nil }:
      return .int64(spans.map { $0.left ?? 0 })
    case .nestedSetRight: return .int64(spans.map(\.right))
    case .nestedSetParent: return .int64(spans.map(\.parentLeft))
    default: return nil
    }
  }

  /// Eight bytes each, 0 as an empty one.
  private static func ids(_ numbers: [UInt64]) -> TextColumn {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for number in numbers {
      if number != 0 {
        for shift in stride(from: 56, through: 0, by: -8) {
          bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
      }
      offsets.append(UInt32(bytes.count))
    }
    return TextColumn(
      codes: (0..<UInt32(numbers.count)).map { $0 },
      table: StringTable(offsets: offsets, bytes: bytes), isDistinct: false)
  }

  func narrowed(to kept: Bitmap) -> any SpanUnit {
    TreeUnit(kept.indices().map { traces[Int($0)] })
  }

  // MARK: Nothing else is there

  func checkpoint(taking byteCount: Int) {}
  func offsets(of lane: TraceLane) -> [UInt32]? { nil }
  func attributeKeys(_ scope: AttributeScope) -> AttributeKeys? { nil }
  func attributeValues(_ scope: AttributeScope, _ type: AttributeType) -> OwnedColumn? { nil }
  func hasRead(_ scope: AttributeScope, _ type: AttributeType) -> Bool { true }
  func directColumns(_ scope: AttributeScope, _ name: String) -> [OwnedColumn] { [] }
  func directNames(_ scope: AttributeScope) -> [String] { [] }
  func liveSpans() -> Bitmap? { nil }
  func serviceStatistics() -> ServiceCounts? { nil }
  func traces(matching probe: RowProbe) -> Bitmap? { nil }
  func mayMatch(_ probe: RowProbe) -> Bool { true }
  func boundsExcludeMost(_ probe: RowProbe) -> Bool { false }
  func mayHaveKey(_ scope: AttributeScope, _ name: String) -> Bool { false }
  func traces(withKey name: String, _ scope: AttributeScope) -> Bitmap? { nil }
}
