import Columns
import Storage
import TraceQL

/// Fields as numbers, for the functions that compute with them (traceql-metrics.md 3.2).
extension UnitContext {
  /// The number of each span, NaN where it has none; durations in nanoseconds.
  func numbers(of field: Field, _ rows: [UInt32]) throws(StorageError) -> [Double] {
    switch field {
    case .intrinsic(let intrinsic):
      if intrinsic.isKeyword || intrinsic.isIdentifier {
        return [Double](repeating: .nan, count: rows.count)
      }
      let (lane, values) = try column(of: intrinsic)
      if lane == .span, case .int64(let values)? = values {
        return CellKernels.gather(values, rows)
      }
    case .attribute(let attribute):
      if attribute.scope == .unscoped { return try unscopedNumbers(attribute.name, rows) }
      if let scope = attribute.scope.storage, scope != .event, scope != .link {
        let lane = try laneNumbers(scope, attribute.name)
        return CellKernels.gather(
          lane.values, offsets: layout.spanOffsets(below: scope.lane), rows)
      }
    }
    let values = try values(field, RowSet(spans: rows))
    return rows.indices.map { row in
      guard let number = values.number(at: row) else { return .nan }
      // Beside durations an attribute of that name counts in seconds, as it is shown.
      return field.isDuration && values.tags[row] != .duration ? number * 1e9 : number
    }
  }

  private func unscopedNumbers(
    _ name: String, _ rows: [UInt32]
  ) throws(StorageError) -> [Double] {
    let own = try laneNumbers(.span, name)
    let inherited = try laneNumbers(.resource, name)
    var result = CellKernels.gather(own.values, offsets: nil, rows)
    let resources = CellKernels.gather(inherited.values, offsets: layout.spansOfResource, rows)
    let resourceOf = layout.resourceOf
    var missing: [Int] = []
    for (i, row) in rows.enumerated() where !own.hasKey[Int(row)] {
      result[i] = resources[i]
      if !inherited.hasKey[Int(resourceOf[Int(row)])] { missing.append(i) }
    }
    try fill(&result, at: missing, name, rows)
    return result
  }

  /// Where neither span nor resource has a name, events, links and scope are asked in turn.
  private func fill(
    _ result: inout [Double], at missing: [Int], _ name: String, _ rows: [UInt32]
  ) throws(StorageError) {
    var missing = missing
    for scope in [AttributeScope.event, .link, .instrumentation] where !missing.isEmpty {
      guard try unit.mayHaveKey(scope, name) || unit.directNames(scope).contains(name) else {
        continue
      }
      let field = Field.attribute(Attribute(scope.queried, name))
      let values = try values(field, RowSet(spans: missing.map { rows[$0] }))
      for (i, row) in missing.enumerated() { result[row] = values.number(at: i) ?? .nan }
      missing = missing.indices.filter { values.tags[$0] == .nil }.map { missing[$0] }
    }
  }

  /// The number of every element of the scope's lane.
  private func laneNumbers(
    _ scope: AttributeScope, _ name: String
  ) throws(StorageError) -> (values: [Double], hasKey: Bitmap) {
    let columns = try AttributeColumns(self, scope, name)
    var values = [Double](repeating: .nan, count: columns.hasKey.count)
    var seen = Bitmap(count: columns.hasKey.count)
    func put(_ value: Double, _ element: UInt32) {
      // A second value makes an array, which is no number.
      values[Int(element)] = seen[Int(element)] ? .nan : value
      seen[Int(element)] = true
    }
    for part in columns.parts {
      switch part.values {
      case .int64(let ints):
        for (v, element) in zip(ints, part.elements) { put(Double(v), element) }
      case .double(let doubles): for (v, element) in zip(doubles, part.elements) { put(v, element) }
      case .text, .bool: for element in part.elements { put(.nan, element) }
      }
    }
    return (values, columns.hasKey)
  }

  /// What each span stands for, from the sampling threshold in its W3C trace state; nil: 1 each.
  func samplingWeights(_ rows: [UInt32]) throws(StorageError) -> [Double]? {
    guard case .text(let states)? = try unit.column(.traceState) else { return nil }
    var known: [UInt32: Double] = [:]
    var isWeighted = false
    let weights = rows.map { row -> Double in
      let code = states.codes[Int(row)]
      if let weight = known[code] { return weight }
      let weight = SamplingThreshold.weight(traceState: states.table.bytes(at: Int(code)))
      known[code] = weight
      if weight != 1 { isWeighted = true }
      return weight
    }
    return isWeighted ? weights : nil
  }
}

extension AttributeScope {
  fileprivate var queried: Attribute.Scope {
    switch self {
    case .resource: .resource
    case .instrumentation: .instrumentation
    case .span: .span
    case .event: .event
    case .link: .link
    }
  }
}

extension Field {
  /// Whether the field's values are durations: functions give them in seconds.
  var isDuration: Bool {
    switch self {
    case .intrinsic(let intrinsic): intrinsic.tag == .duration
    case .attribute: parentIntrinsic?.tag == .duration
    }
  }
}

extension Intrinsic {
  fileprivate var isKeyword: Bool { self == .status || self == .kind }
}

/// The sampling threshold of OpenTelemetry in a W3C trace state: `ot=th:8` is a probability of 1/2.
enum SamplingThreshold {
  /// 1 / probability; 1 where there is no usable threshold.
  static func weight(traceState: [UInt8]) -> Double {
    for member in traceState.split(separator: UInt8(ascii: ",")) {
      let member = member.trimmed
      guard member.starts(with: "ot=".utf8) else { continue }
      for part in member.dropFirst(3).split(separator: UInt8(ascii: ";")) {
        let part = part.trimmed
        if part.starts(with: "th:".utf8) { return weight(digits: part.dropFirst(3)) }
      }
      // Only the first member of that name counts.
      return 1
    }
    return 1
  }

  /// Up to 14 hexadecimal digits, missing ones on the right being 0, are the rejected part of 2^56.
  private static func weight(digits: ArraySlice<UInt8>) -> Double {
    guard (1...14).contains(digits.count) else { return 1 }
    var rejected: UInt64 = 0
    for byte in digits {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return 1 }
      rejected = rejected << 4 | UInt64(digit)
    }
    rejected <<= UInt64(4 * (14 - digits.count))
    return 0x1p56 / (0x1p56 - Double(rejected))
  }
}

extension ArraySlice<UInt8> {
  fileprivate var trimmed: ArraySlice<UInt8> {
    let blank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return drop(while: blank).reversed().drop(while: blank).reversed()[...]
  }
}
