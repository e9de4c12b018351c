import Columns
import Pattern
import Storage
import TraceQL

/// `field op literal`, prepared once per query so that each column type has one tight test.
///
/// The literal stands on the right; the planner mirrors the operator where it stood on the left.
struct LiteralTest: Sendable {
  let op: ComparisonOperator
  let literal: Literal
  /// Integers and durations that pass, or with `isNegated` those that do not.
  let ints: ClosedRange<Int64>?
  let doubles: ClosedRange<Double>?
  /// `!=`: the ranges are those of `=`.
  let isNegated: Bool
  let text: TextTest?
  /// Distinguishes cached dictionary results within one query.
  let id: Int

  init(_ op: ComparisonOperator, _ literal: Literal, id: Int) {
    self.op = op
    self.literal = literal
    self.id = id
    isNegated = op == .notEqual
    let positive = isNegated ? .equal : op
    switch literal {
    case .int(let value), .duration(let value):
      ints = NumericRange.int64(positive, value)
      doubles = NumericRange.double(positive, Double(value))
    case .float(let value):
      ints = NumericRange.int64(positive, value)
      doubles = NumericRange.double(positive, value)
    default:
      ints = nil
      doubles = nil
    }
    if case .string(let value) = literal { text = TextTest(op, value) } else { text = nil }
  }

  var isNumeric: Bool {
    switch literal {
    case .int, .float, .duration: true
    default: false
    }
  }

  /// Which of the values pass; values of another type never do.
  func passing(_ values: ColumnValues) -> Bitmap {
    switch values {
    case .int64(let values):
      guard isNumeric else { return Bitmap(count: values.count) }
      return negatedIfNeeded(
        ints.map { RangeFilter.int64(values, in: $0) } ?? Bitmap(count: values.count))
    case .double(let values):
      guard isNumeric else { return Bitmap(count: values.count) }
      return negatedIfNeeded(
        doubles.map { RangeFilter.double(values, in: $0) } ?? Bitmap(count: values.count))
    case .bool(let values):
      guard case .bool(let wanted) = literal else { return Bitmap(count: values.count) }
      switch op {
      case .equal: return RangeFilter.byte(values, equal: wanted ? 1 : 0)
      case .notEqual: return RangeFilter.byte(values, equal: wanted ? 0 : 1)
      default: return Bitmap(count: values.count)
      }
    case .text(let column):
      guard let text else { return Bitmap(count: column.codes.count) }
      return RangeFilter.codes(column.codes, in: text.passing(column.table))
    }
  }

  private func negatedIfNeeded(_ bits: Bitmap) -> Bitmap { isNegated ? bits.inverted() : bits }

  /// Attribute types whose values can pass.
  var types: [AttributeType] {
    switch literal {
    case .int, .float, .duration: [.int, .double]
    case .string: [.text]
    case .bool: [.bool]
    case .status, .kind: []
    }
  }
}

/// A condition on strings, tested once per distinct string.
struct TextTest: Sendable {
  private enum Condition: Sendable {
    case compare(ComparisonOperator, [UInt8])
    case regex(Regex, negated: Bool)
    case never
  }

  private let condition: Condition
  private let memo = DictionaryMemo()
  /// Few strings pass, as a rule: worth looking for before anything else.
  let isSelective: Bool

  init(_ op: ComparisonOperator, _ literal: String) {
    isSelective = op == .equal || op == .matches
    switch op {
    case .matches, .notMatches:
      // The checker has compiled the pattern before; a failure here means it matches nothing.
      if let regex = try? Regex(literal) {
        condition = .regex(regex, negated: op == .notMatches)
      } else {
        condition = .never
      }
    default: condition = .compare(op, Array(literal.utf8))
    }
  }

  /// Which strings of the table pass.
  func passing(_ table: StringTable) -> Bitmap {
    memo.bitmap(for: table) { compute($0) }
  }

  private func compute(_ table: StringTable) -> Bitmap {
    switch condition {
    case .never: return Bitmap(count: table.count)
    case .regex(let regex, let negated):
      let bits = Bitmap(
        words: regex.matchingWords(offsets: table.offsets, bytes: table.bytes), count: table.count)
      return negated ? bits.inverted() : bits
    case .compare(let op, let wanted):
      return table.comparing(op, wanted)
    }
  }
}

extension StringTable {
  fileprivate func comparing(_ op: ComparisonOperator, _ wanted: [UInt8]) -> Bitmap {
    switch op {
    case .equal: return TextFilter.equal(self, wanted)
    case .notEqual: return TextFilter.equal(self, wanted).inverted()
    case .less: return TextFilter.less(self, wanted, orEqual: false)
    case .lessOrEqual: return TextFilter.less(self, wanted, orEqual: true)
    case .greater: return TextFilter.less(self, wanted, orEqual: true).inverted()
    case .greaterOrEqual: return TextFilter.less(self, wanted, orEqual: false).inverted()
    case .matches, .notMatches: return Bitmap(count: count)
    }
  }
}

/// Numbers that satisfy `x op bound`, as one closed range; nil when there are none.
enum NumericRange {
  static func int64(_ op: ComparisonOperator, _ bound: Int64) -> ClosedRange<Int64>? {
    switch op {
    case .equal: bound...bound
    case .less: bound == .min ? nil : .min...(bound - 1)
    case .lessOrEqual: .min...bound
    case .greater: bound == .max ? nil : (bound + 1)...(.max)
    case .greaterOrEqual: bound...(.max)
    case .notEqual, .matches, .notMatches: nil
    }
  }

  /// Integers that pass once converted to a double, which is monotonic.
  static func int64(_ op: ComparisonOperator, _ bound: Double) -> ClosedRange<Int64>? {
    if bound.isNaN { return nil }
    let firstNotBelow = first { Double($0) >= bound }
    let firstAbove = first { Double($0) > bound }
    switch op {
    case .equal: return range(from: firstNotBelow, before: firstAbove)
    case .less: return range(from: .min, before: firstNotBelow)
    case .lessOrEqual: return range(from: .min, before: firstAbove)
    case .greater: return range(from: firstAbove, before: nil)
    case .greaterOrEqual: return range(from: firstNotBelow, before: nil)
    case .notEqual, .matches, .notMatches: return nil
    }
  }

  static func double(_ op: ComparisonOperator, _ bound: Double) -> ClosedRange<Double>? {
    if bound.isNaN { return nil }
    switch op {
    case .equal: return bound...bound
    case .less: return bound == -.infinity ? nil : -.infinity...bound.nextDown
    case .lessOrEqual: return -.infinity...bound
    case .greater: return bound == .infinity ? nil : bound.nextUp...(.infinity)
    case .greaterOrEqual: return bound...(.infinity)
    case .notEqual, .matches, .notMatches: return nil
    }
  }

  private static func range(from low: Int64?, before high: Int64?) -> ClosedRange<Int64>? {
    guard let low else { return nil }
    guard let high else { return low...(.max) }
    return high > low ? low...(high - 1) : nil
  }

  /// The first integer for which a monotonic test holds; nil when it never does.
  private static func first(where test: (Int64) -> Bool) -> Int64? {
    if !test(.max) { return nil }
    var low = Int64.min
    var high = Int64.max
    while low < high {
      // The middle, without overflow.
      let middle = (low >> 1) + (high >> 1) + (low & high & 1)
      if test(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
