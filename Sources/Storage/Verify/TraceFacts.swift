import Columns
import Parquet
import Wire

/// The columns of a batch of traces that depend on each other, read once.
struct TraceFacts {
  struct ServiceCount: Equatable {
    var spans: Int64
    var errors: Int64
  }

  typealias Fault = (severity: BlockFinding.Severity, check: String, message: String)

  let layout: UnitLayout
  let traceIDs: TextColumn
  private let traceStart: [Int64]
  private let traceEnd: [Int64]
  private let traceDuration: [Int64]
  private let rootName: TextColumn?
  private let rootService: TextColumn?
  private let services: TextColumn
  private let spanIDs: TextColumn
  private let parentIDs: TextColumn
  private let names: TextColumn
  let start: [Int64]
  private let duration: [Int64]
  private let status: [Int64]
  /// Nested-set numbers and counts of children, where the block has them.
  private let tree: (left: [Int64], right: [Int64], parent: [Int64])?
  private let childCount: [Int64]?

  init(_ unit: BlockUnit) throws(StorageError) {
    layout = try unit.layout()
    traceIDs = try Self.text(unit, .traceID)
    traceStart = try Self.numbers(unit, .traceStart)
    traceEnd = try Self.numbers(unit, .traceEnd)
    traceDuration = try Self.numbers(unit, .traceDuration)
    rootName = try unit.column(.rootSpanName)?.textColumn
    rootService = try unit.column(.rootServiceName)?.textColumn
    services = try Self.text(unit, .serviceName)
    spanIDs = try Self.text(unit, .spanID)
    parentIDs = try Self.text(unit, .parentSpanID)
    names = try Self.text(unit, .spanName)
    start = try Self.numbers(unit, .spanStart)
    duration = try Self.numbers(unit, .spanDuration)
    status = try Self.numbers(unit, .statusCode)
    if case .int64(let left)? = try unit.column(.nestedSetLeft),
      case .int64(let right)? = try unit.column(.nestedSetRight),
      case .int64(let parent)? = try unit.column(.nestedSetParent)
    {
      tree = (left, right, parent)
    } else {
      tree = nil
    }
    childCount = try unit.column(.childCount)?.int64Values
  }

  private static func text(
    _ unit: BlockUnit, _ column: TraceColumn
  ) throws(StorageError) -> TextColumn {
    guard let values = try unit.column(column)?.textColumn else { throw missing(unit, column) }
    return values
  }

  private static func numbers(
    _ unit: BlockUnit, _ column: TraceColumn
  ) throws(StorageError) -> [Int64] {
    guard let values = try unit.column(column)?.int64Values else { throw missing(unit, column) }
    return values
  }

  private static func missing(_ unit: BlockUnit, _ column: TraceColumn) -> StorageError {
    .wrongSchema(file: unit.file.file.name, column: column.rawValue, message: "missing")
  }

  func id(of trace: Int) -> String { Hex.encode(traceIDs.bytes(at: trace)) }

  /// Spans and errors of each service, counted.
  func services(of trace: Int) -> [[UInt8]: ServiceCount] {
    var counts: [[UInt8]: ServiceCount] = [:]
    for span in layout.spans(of: trace) {
      let service = services.bytes(at: Int(layout.resourceOf[span]))
      counts[service, default: ServiceCount(spans: 0, errors: 0)].spans += 1
      if status[span] == 2 { counts[service]?.errors += 1 }
    }
    return counts
  }

  // MARK: Faults

  func faults(of trace: Int) -> [Fault] {
    times(of: trace) + identities(of: trace) + roots(of: trace) + numbers(of: trace)
  }

  private func times(of trace: Int) -> [Fault] {
    var first: UInt64 = 0
    var last: UInt64 = 0
    for span in layout.spans(of: trace) {
      let begin = UInt64(bitPattern: start[span])
      if first == 0 || begin < first { first = begin }
      last = max(last, begin &+ UInt64(bitPattern: duration[span]))
    }
    var faults: [Fault] = []
    if UInt64(bitPattern: traceStart[trace]) != first {
      faults.append((.damage, "trace-times", "StartTimeUnixNano is not its first span's start"))
    }
    if UInt64(bitPattern: traceEnd[trace]) != last {
      faults.append((.damage, "trace-times", "EndTimeUnixNano is not its last span's end"))
    }
    if UInt64(bitPattern: traceDuration[trace]) != last &- first {
      faults.append((.damage, "trace-times", "DurationNano is not the time between both"))
    }
    return faults
  }

  private func identities(of trace: Int) -> [Fault] {
    var faults: [Fault] = []
    let range = layout.spans(of: trace)
    if range.isEmpty { faults.append((.warning, "no-spans", "it has no spans")) }
    for span in range {
      let id = spanIDs.bytes(at: span)
      if id.count != 8 {
        faults.append((.warning, "span-ids", "the ID of a span has \(id.count) bytes, not 8"))
      }
      let parent = parentIDs.bytes(at: span)
      if parent.count > 0, parent.allSatisfy({ $0 == 0 }) {
        faults.append(
          (.damage, "root-parents", "span \(Hex.encode(id)): a root has no parent ID, not zeros"))
      }
    }
    return faults
  }

  /// The name and service of the root: of the last span without a parent. Which of several that is
  /// depends on their links, so any of them will do.
  private func roots(of trace: Int) -> [Fault] {
    guard let rootName, let rootService else { return [] }
    let roots = layout.spans(of: trace).filter { parentIDs.bytes(at: $0).isEmpty }
    let name = rootName.bytes(at: trace)
    let service = rootService.bytes(at: trace)
    if name.isEmpty, service.isEmpty { return [] }
    let isKnown = roots.contains { span in
      names.bytes(at: span) == name
        && services.bytes(at: Int(layout.resourceOf[span])) == service
    }
    return isKnown ? [] : [(.damage, "trace-root", "no root span has its root name and service")]
  }

  /// Nested-set numbers: intervals that lie within their parents' and agree with the IDs.
  private func numbers(of trace: Int) -> [Fault] {
    guard let tree else { return [] }
    let range = layout.spans(of: trace)
    let numbered = range.filter { tree.left[$0] != 0 }.sorted { tree.left[$0] < tree.left[$1] }
    var faults: [Fault] = []
    for span in range where tree.left[span] == 0 && tree.right[span] != 0 {
      faults.append((.damage, "nested-sets", "span \(name(span)) has half a number"))
    }
    var open: [Int] = []
    var children: [Int64: Int64] = [:]
    var used: Set<Int64> = []
    for span in numbered {
      let (left, right, parent) = (tree.left[span], tree.right[span], tree.parent[span])
      guard left < right, used.insert(left).inserted, used.insert(right).inserted else {
        faults.append((.damage, "nested-sets", "span \(name(span)): \(left) to \(right)"))
        continue
      }
      while let last = open.last, tree.right[last] < left { open.removeLast() }
      if let above = open.last {
        if right > tree.right[above] || parent != tree.left[above] {
          faults.append(
            (.damage, "nested-sets", "span \(name(span)) does not lie within its parent"))
        } else if !spanIDs.bytes(at: above).prefix(8)
          .elementsEqual(parentIDs.bytes(at: span).prefix(8))
        {
          faults.append(
            (.damage, "nested-sets", "span \(name(span)) lies within a span not its parent"))
        }
        children[tree.left[above], default: 0] += 1
      } else if parent != -1 {
        faults.append((.damage, "nested-sets", "span \(name(span)) is no root and lies in none"))
      }
      open.append(span)
    }
    guard let childCount else { return faults }
    for span in numbered where childCount[span] != children[tree.left[span], default: 0] {
      faults.append((.damage, "child-count", "span \(name(span)) has another ChildCount"))
    }
    return faults
  }

  private func name(_ span: Int) -> String { Hex.encode(spanIDs.bytes(at: span)) }
}
