/// Sums and their kin over numbers of any type: traceql.md 7.2.
struct Aggregation {
  private let values: [OracleValue]

  /// Only numbers.
  init(_ values: [OracleValue]) { self.values = values }

  private enum Shared { case int, duration, mixed }

  /// The type that all values have.
  private var type: Shared {
    if values.allSatisfy({ if case .int = $0 { true } else { false } }) { return .int }
    if values.allSatisfy({ if case .duration = $0 { true } else { false } }) { return .duration }
    return .mixed
  }

  private var integers: [Int64] {
    values.compactMap { value in
      switch value {
      case .int(let value), .duration(let value): value
      default: nil
      }
    }
  }
  private var floats: [Double] { values.compactMap(\.number) }

  /// NaN has no rank; it is the answer only where there is nothing else.
  private var ranked: [Double] { floats.filter { !$0.isNaN } }

  private func whole(_ value: Int64) -> OracleValue {
    type == .duration ? .duration(value) : .int(value)
  }

  var sum: OracleValue {
    if values.isEmpty { return .none }
    return type == .mixed ? .float(floats.reduce(0, +)) : whole(integers.reduce(0, &+))
  }

  var average: OracleValue {
    if values.isEmpty { return .none }
    let sum = integers.reduce(Int128(0)) { $0 + Int128($1) }
    if type == .duration { return .duration(Int64(sum / Int128(integers.count))) }
    if type == .int { return .float(Double(sum) / Double(integers.count)) }
    return .float(floats.reduce(0, +) / Double(floats.count))
  }

  /// The least value for `<`, the greatest for `>`.
  func extreme(_ isBetter: (OracleNumber, OracleNumber) -> Bool) -> OracleValue {
    if values.isEmpty { return .none }
    if type == .mixed {
      return .float(ranked.min { isBetter(.float($0), .float($1)) } ?? .nan)
    }
    return whole(integers.min { isBetter(.whole($0), .whole($1)) } ?? 0)
  }

  /// Linear interpolation between the closest ranks; of durations a duration, else a float.
  func quantile(_ rank: Double) -> OracleValue {
    if values.isEmpty { return .none }
    let sorted = ranked.sorted()
    if sorted.isEmpty { return .float(.nan) }
    let position = rank * Double(sorted.count - 1)
    let below = Int(position.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    let fraction = position - Double(below)
    let value = sorted[below] + (sorted[above] - sorted[below]) * fraction
    if type == .duration { return .duration(Int64(exactly: value.rounded(.towardZero)) ?? .max) }
    return .float(value)
  }
}

/// Integers compare exactly, floats as floats; of two zeros the one with a sign is less (IEEE 754's
/// maximum and minimum), or the answer would depend on the order of the spans.
enum OracleNumber: Comparable {
  case whole(Int64)
  case float(Double)

  static func < (a: OracleNumber, b: OracleNumber) -> Bool {
    switch (a, b) {
    case (.whole(let x), .whole(let y)): x < y
    case (.float(let x), .float(let y)):
      x < y || x == 0 && y == 0 && x.sign == .minus && y.sign == .plus
    case (.whole(let x), .float(let y)): Double(x) < y
    case (.float(let x), .whole(let y)): x < Double(y)
    }
  }
}
