import Columns
import Storage
import TraceQL

/// Intrinsics as columns of their lanes.
extension UnitContext {
  func elementsPassing(
    _ intrinsic: Intrinsic, _ test: LiteralTest
  ) throws(StorageError) -> (lane: TraceLane, marks: Bitmap) {
    let (lane, values) = try column(of: intrinsic)
    let none = (lane, Bitmap(count: try elementCount(of: lane)))
    guard let values else { return none }
    switch (intrinsic, test.literal) {
    case (.status, .status(let wanted)):
      return (lane, Self.codes(values, equal: Int64(wanted.rawValue), test.op))
    case (.kind, .kind(let wanted)):
      return (lane, Self.codes(values, equal: Int64(wanted.rawValue), test.op))
    case (.status, _), (.kind, _): return none
    case (.spanID, .string(let text)), (.parentID, .string(let text)),
      (.traceID, .string(let text)), (.linkSpanID, .string(let text)),
      (.linkTraceID, .string(let text)):
      guard case .text(let ids) = values else { return none }
      return (lane, IdentifierText(intrinsic).passing(ids, test, text))
    default: return (lane, test.passing(values))
    }
  }

  private static func codes(
    _ values: ColumnValues, equal wanted: Int64, _ op: ComparisonOperator
  ) -> Bitmap {
    guard case .int64(let codes) = values else { return Bitmap(count: values.count) }
    let equal = RangeFilter.int64(codes, in: wanted...wanted)
    switch op {
    case .equal: return equal
    case .notEqual: return equal.inverted()
    default: return Bitmap(count: codes.count)
    }
  }

  /// The column an intrinsic stands for; nil where this block has none.
  func column(
    of intrinsic: Intrinsic
  ) throws(StorageError) -> (lane: TraceLane, values: ColumnValues?) {
    switch intrinsic {
    case .childCount: return (.span, .int64(try childCounts()))
    case .nestedSetLeft: return (.span, .int64(try nestedSets().left))
    case .nestedSetRight: return (.span, .int64(try nestedSets().right))
    case .nestedSetParent: return (.span, .int64(try nestedSets().parent))
    case .eventTimeSinceStart: return (.event, try eventTimes())
    case .parent: return (.span, nil)
    default:
      guard let column = intrinsic.column else { return (.span, nil) }
      return (column.lane, try unit.column(column))
    }
  }

  /// Nanoseconds since the start of the span; vParquet3 stores absolute times.
  private func eventTimes() throws(StorageError) -> ColumnValues? {
    if let values = try unit.column(.eventTimeSinceStart) { return values }
    guard case .int64(let times)? = try unit.column(.eventTime),
      case .int64(let starts)? = try unit.column(.spanStart),
      let offsets = try unit.offsets(of: .event)
    else { return nil }
    let spanOf = UnitLayout.owners(offsets)
    return .int64(times.indices.map { times[$0] &- starts[Int(spanOf[$0])] })
  }
}

extension Intrinsic {
  /// The stored column, for intrinsics that are one.
  var column: TraceColumn? {
    switch self {
    case .duration: .spanDuration
    case .name: .spanName
    case .status: .statusCode
    case .statusMessage: .statusMessage
    case .kind: .kind
    case .spanID: .spanID
    case .parentID: .parentSpanID
    case .traceDuration: .traceDuration
    case .rootName: .rootSpanName
    case .rootServiceName: .rootServiceName
    case .traceID: .traceID
    case .eventName: .eventName
    case .linkTraceID: .linkTraceID
    case .linkSpanID: .linkSpanID
    case .instrumentationName: .scopeName
    case .instrumentationVersion: .scopeVersion
    case .childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent, .eventTimeSinceStart,
      .parent:
      nil
    }
  }

  /// How values of the column are typed.
  var tag: FieldVector.Tag {
    switch self {
    case .duration, .traceDuration, .eventTimeSinceStart: .duration
    case .status: .status
    case .kind: .kind
    case .childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent: .int
    default: .string
    }
  }

  var isIdentifier: Bool {
    switch self {
    case .spanID, .parentID, .traceID, .linkSpanID, .linkTraceID: true
    default: false
    }
  }
}

/// IDs as TraceQL shows them, and as it compares them (traceql.md 5.4).
struct IdentifierText {
  /// Trace IDs lose leading zeros, span IDs are padded to 16 digits.
  private let digits: Int

  init(_ intrinsic: Intrinsic) {
    digits = intrinsic == .traceID || intrinsic == .linkTraceID ? 0 : 16
  }

  /// `=` and `!=` ignore case and leading zeros; other operators see the canonical text.
  func passing(_ ids: TextColumn, _ test: LiteralTest, _ literal: String) -> Bitmap {
    let table: Bitmap
    switch test.op {
    case .equal, .notEqual:
      let wanted = Self.stripped(Array(literal.utf8).map(Self.lowercased))
      let isHex = wanted.allSatisfy { Self.isHexDigit($0) }
      let canonical = StringTable(stripped: ids.table)
      let equal =
        isHex ? TextFilter.equal(canonical, wanted) : Bitmap(count: canonical.count)
      table = test.op == .equal ? equal : equal.inverted()
    default:
      table = test.text?.passing(canonical(ids.table)) ?? Bitmap(count: ids.table.count)
    }
    return RangeFilter.codes(ids.codes, in: table)
  }

  func canonical(_ table: StringTable) -> StringTable {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    offsets.reserveCapacity(table.count + 1)
    bytes.reserveCapacity(table.count * 16)
    for i in 0..<table.count {
      let text = Self.stripped(Self.hex(table.bytes[table.range(of: i)]))
      for _ in 0..<max(0, digits - text.count) { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: text)
      offsets.append(UInt32(bytes.count))
    }
    return StringTable(offsets: offsets, bytes: bytes)
  }

  /// A text as `=` and `!=` compare IDs; what is no hex number stays as it is.
  static func comparable(_ value: Value) -> Value {
    switch value {
    case .string(let text):
      let lower = text.utf8.map(lowercased)
      guard lower.allSatisfy(isHexDigit) else { return value }
      return .string(String(decoding: stripped(lower), as: UTF8.self))
    case .array(let elements): return .array(elements.map(comparable))
    default: return value
    }
  }

  static func hex(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  static func stripped(_ text: [UInt8]) -> [UInt8] { Array(text.drop { $0 == UInt8(ascii: "0") }) }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte) ? byte + 32 : byte
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

extension StringTable {
  /// Raw IDs as hex without leading zeros.
  fileprivate init(stripped ids: StringTable) { self = IdentifierText(.traceID).canonical(ids) }
}
