import Columns
import Storage
import TraceQL

/// Values of any type for a list of rows: a type tag and 64 bits each.
///
/// Strings are (table, code), so that no row owns memory; arrays, which are rare, lie beside.
struct FieldVector {
  enum Tag: UInt8 {
    case `nil`, int, float, duration, string, bool, status, kind, array

    var isNumeric: Bool { self == .int || self == .float || self == .duration }
  }

  var tags: [Tag]
  var payloads: [UInt64]
  /// A string's payload is `table << 32 | code`.
  var tables: [StringTable] = []
  /// An array's payload is its index here; always two or more elements.
  var arrays: [[Value]] = []

  init(tags: [Tag], payloads: [UInt64], tables: [StringTable] = [], arrays: [[Value]] = []) {
    precondition(tags.count == payloads.count, "each row has a tag and a payload")
    self.tags = tags
    self.payloads = payloads
    self.tables = tables
    self.arrays = arrays
  }

  /// The same value in every row.
  init(repeating value: Value, count: Int) {
    var one = FieldVector(nilCount: 1)
    one.set(value, at: 0)
    self.init(
      tags: [Tag](repeating: one.tags[0], count: count),
      payloads: [UInt64](repeating: one.payloads[0], count: count), tables: one.tables,
      arrays: one.arrays)
  }

  /// A value for each row; the strings share a table.
  init(_ values: [Value]) {
    self.init(nilCount: values.count)
    var strings: [String] = []
    for (row, value) in values.enumerated() {
      guard case .string(let text) = value else {
        set(value, at: row)
        continue
      }
      (tags[row], payloads[row]) = (.string, UInt64(strings.count))
      strings.append(text)
    }
    if !strings.isEmpty { tables = [StringTable(strings)] }
  }

  init(nilCount count: Int) {
    tags = [Tag](repeating: .nil, count: count)
    payloads = [UInt64](repeating: 0, count: count)
  }

  var count: Int { tags.count }

  func value(at row: Int) -> Value {
    let payload = payloads[row]
    switch tags[row] {
    case .nil: return .nil
    case .int: return .int(Int64(bitPattern: payload))
    case .float: return .float(Double(bitPattern: payload))
    case .duration: return .duration(Int64(bitPattern: payload))
    case .string:
      return .string(tables[Int(payload &>> 32)].string(at: Int(payload & 0xFFFF_FFFF)))
    case .bool: return .bool(payload != 0)
    case .status: return .status(Int64(bitPattern: payload))
    case .kind: return .kind(Int64(bitPattern: payload))
    case .array: return .array(arrays[Int(payload)])
    }
  }

  mutating func set(_ value: Value, at row: Int) {
    switch value {
    case .nil: (tags[row], payloads[row]) = (.nil, 0)
    case .int(let x): (tags[row], payloads[row]) = (.int, UInt64(bitPattern: x))
    case .float(let x): (tags[row], payloads[row]) = (.float, x.bitPattern)
    case .duration(let x): (tags[row], payloads[row]) = (.duration, UInt64(bitPattern: x))
    case .bool(let x): (tags[row], payloads[row]) = (.bool, x ? 1 : 0)
    case .status(let x): (tags[row], payloads[row]) = (.status, UInt64(bitPattern: x))
    case .kind(let x): (tags[row], payloads[row]) = (.kind, UInt64(bitPattern: x))
    case .string(let x):
      tables.append(StringTable([x]))
      (tags[row], payloads[row]) = (.string, UInt64(tables.count - 1) &<< 32)
    case .array(let x):
      arrays.append(x)
      (tags[row], payloads[row]) = (.array, UInt64(arrays.count - 1))
    }
  }

  /// The bytes of the string in `row`.
  func stringRange(_ row: Int) -> (table: StringTable, range: Range<Int>) {
    let table = tables[Int(payloads[row] &>> 32)]
    return (table, table.range(of: Int(payloads[row] & 0xFFFF_FFFF)))
  }

  /// The number in `row`, if it is one.
  func number(at row: Int) -> Double? {
    switch tags[row] {
    case .int, .duration: Double(Int64(bitPattern: payloads[row]))
    case .float: Double(bitPattern: payloads[row])
    default: nil
    }
  }

  /// Rows picked by index; a negative index is nil.
  func gathered(_ rows: [Int32]) -> FieldVector {
    var result = FieldVector(nilCount: rows.count)
    result.tables = tables
    result.arrays = arrays
    for (i, row) in rows.enumerated() where row >= 0 {
      result.tags[i] = tags[Int(row)]
      result.payloads[i] = payloads[Int(row)]
    }
    return result
  }
}

extension FieldVector {
  /// Every number with the other sign; what is none becomes nil.
  func negated() -> FieldVector {
    var result = self
    for row in 0..<count { result.set(Arithmetic.negated(value(at: row)), at: row) }
    return result
  }
}

extension FieldVector {
  /// Keys that are equal exactly where the values are: strings of several tables, or of tables that
  /// hold a string twice, get one payload, and so do all NaN (0 / 0 has a sign, NaN % 1 has none).
  func groupingPayloads(_ unit: any SpanUnit) throws(StorageError) -> [UInt64] {
    guard tags.contains(where: { $0 == .string || $0 == .array || $0 == .float }) else {
      return payloads
    }
    var payloads = payloads
    var strings = StringNumbers(tables, rowCount: count)
    var arrayIDs: [[Value]: UInt64] = [:]
    for row in tags.indices {
      if row % Self.rowsBetweenChecks == 0 { try unit.checkpoint(taking: 0) }
      switch tags[row] {
      case .string: payloads[row] = strings.number(payloads[row])
      case .float where Double(bitPattern: payloads[row]).isNaN:
        payloads[row] = Double.nan.bitPattern
      case .array:
        let id = arrayIDs[arrays[Int(payloads[row])], default: UInt64(arrayIDs.count)]
        arrayIDs[arrays[Int(payloads[row])]] = id
        payloads[row] = id
      default: break
      }
    }
    return payloads
  }

  /// A row may cost a look-up of its text; so many take a few milliseconds.
  static let rowsBetweenChecks = 1 << 14

  /// Numbers for strings, the same for the same bytes.
  private struct StringNumbers {
    private let tables: [StringTable]
    /// Where the entries of each table begin in `numbers`.
    private var firsts: [Int] = []
    /// By table entry, `.max` until it is met; empty where tables are much larger than the rows.
    private var numbers: [UInt32] = []
    private var distinct = StringInterner()

    init(_ tables: [StringTable], rowCount: Int) {
      self.tables = tables
      var total = 0
      for table in tables {
        firsts.append(total)
        total += table.count
      }
      if total <= rowCount * 16 { numbers = [UInt32](repeating: .max, count: total) }
    }

    @inline(__always)
    mutating func number(_ payload: UInt64) -> UInt64 {
      guard !numbers.isEmpty else { return UInt64(numberOfBytes(payload)) }
      let place = firsts[Int(payload &>> 32)] &+ Int(payload & 0xFFFF_FFFF)
      if numbers[place] == .max { numbers[place] = numberOfBytes(payload) }
      return UInt64(numbers[place])
    }

    private mutating func numberOfBytes(_ payload: UInt64) -> UInt32 {
      let table = tables[Int(payload &>> 32)]
      return distinct.intern(table.bytes, table.range(of: Int(payload & 0xFFFF_FFFF)))
    }
  }
}
