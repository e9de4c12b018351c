import Columns
import Storage
import TraceQL

/// What the codes of a field stand for: code 0 is nil, the others are entries of tables or single
/// values. Two codes may stand for the same value.
struct CodeBook {
  private enum Segment {
    case table(StringTable)
    case values([Value])
  }

  private var firsts: [Int] = []
  private var segments: [Segment] = []
  private(set) var count = 1

  /// Makes room for the strings of a table; string `i` gets the returned code plus `i`.
  mutating func add(_ table: StringTable) -> UInt32 {
    firsts.append(count)
    segments.append(.table(table))
    count += table.count
    return UInt32(count - table.count)
  }

  mutating func add(_ value: Value) -> UInt32 {
    if case .values(var values)? = segments.last {
      segments.removeLast()
      values.append(value)
      segments.append(.values(values))
    } else {
      firsts.append(count)
      segments.append(.values([value]))
    }
    count += 1
    return UInt32(count - 1)
  }

  /// The codes of another book follow: its code `c` becomes `count - 1 + c` of before.
  mutating func append(_ other: CodeBook) {
    firsts += other.firsts.map { $0 + count - 1 }
    segments += other.segments
    count += other.count - 1
  }

  func value(of code: UInt32) -> Value {
    if code == 0 { return .nil }
    let segment = (firsts.firstIndex { $0 > Int(code) } ?? firsts.count) - 1
    let index = Int(code) - firsts[segment]
    switch segments[segment] {
    case .table(let table): return .string(table.string(at: index))
    case .values(let values): return values[index]
    }
  }
}

/// One field of every element of a lane, as codes.
struct FieldCodes {
  var lane: TraceLane
  var codes: [UInt32]
  var book: CodeBook

  init(lane: TraceLane, codes: [UInt32], book: CodeBook) {
    self.lane = lane
    self.codes = codes
    self.book = book
  }

  /// A column of strings that has one for every element.
  init(_ lane: TraceLane, _ text: TextColumn) {
    self.lane = lane
    book = CodeBook()
    let first = book.add(text.table)
    codes = text.codes.map { $0 &+ first }
  }

  /// Codes of chosen spans.
  func codes(of rows: [UInt32], _ layout: UnitLayout) -> [UInt32] {
    CellKernels.gather(codes, offsets: layout.spanOffsets(below: lane), rows)
  }
}

extension UnitLayout {
  /// Where the spans of each element of a lane begin; nil for the span lane.
  func spanOffsets(below lane: TraceLane) -> [UInt32]? {
    switch lane {
    case .trace: spansOfTrace
    case .resource: spansOfResource
    case .scope: spanOffsets
    case .span, .event, .link: nil
    }
  }
}

/// Gives values codes, element by element.
struct FieldCoder {
  private(set) var codes: [UInt32]
  private(set) var book = CodeBook()
  private var array: UInt32?
  private var ints: [Int64: UInt32] = [:]
  private var doubles: [UInt64: UInt32] = [:]
  private var bools: [UInt32] = [0, 0]
  /// Codes of small integers, which most integers are.
  private var small = [UInt32](repeating: 0, count: 1_024)

  init(elementCount: Int) { codes = [UInt32](repeating: 0, count: elementCount) }

  /// An element with more than one value is an array; arrays group as the text `nil`
  /// (traceql-metrics.md 4.1).
  private mutating func put(_ code: UInt32, _ element: UInt32) {
    if codes[Int(element)] == 0 {
      codes[Int(element)] = code
    } else {
      let known = array ?? book.add(.string("nil"))
      array = known
      codes[Int(element)] = known
    }
  }

  /// Value `i` of the column belongs to element `elements[i]`.
  mutating func add(_ values: ColumnValues, _ elements: [UInt32]) {
    precondition(values.count == elements.count, "every value has an element")
    switch values {
    case .text(let text):
      let first = book.add(text.table)
      for (code, element) in zip(text.codes, elements) { put(first &+ code, element) }
    case .int64(let values):
      for (value, element) in zip(values, elements) { put(code(of: value) { .int($0) }, element) }
    case .double(let values):
      for (value, element) in zip(values, elements) { put(code(of: value), element) }
    case .bool(let values):
      for (value, element) in zip(values, elements) {
        let index = value == 0 ? 0 : 1
        if bools[index] == 0 { bools[index] = book.add(.bool(value != 0)) }
        put(bools[index], element)
      }
    }
  }

  /// Integers that stand for something: keywords, durations.
  mutating func add(_ values: [Int64], as make: (Int64) -> Value) {
    for (element, value) in values.enumerated() {
      put(code(of: value, make), UInt32(truncatingIfNeeded: element))
    }
  }

  private mutating func code(of value: Int64, _ make: (Int64) -> Value) -> UInt32 {
    let isSmall = value >= 0 && value < Int64(small.count)
    if isSmall, small[Int(value)] != 0 { return small[Int(value)] }
    if let known = ints[value] { return known }
    let code = book.add(make(value))
    if isSmall { small[Int(value)] = code } else { ints[value] = code }
    return code
  }

  private mutating func code(of value: Double) -> UInt32 {
    let pattern = value.isNaN ? Double.nan.bitPattern : value.bitPattern
    if let known = doubles[pattern] { return known }
    let code = book.add(.float(value))
    doubles[pattern] = code
    return code
  }
}
