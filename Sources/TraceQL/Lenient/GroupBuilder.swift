/// Disjunctive normal form. Conditions are numbered, equal ones alike; a group is a list of
/// numbers, and a part that gives no condition is an empty group.
struct GroupBuilder {
  let limit: Int
  private var conditions: [FieldExpression] = []
  private var numbers: [String: Int] = [:]

  init(limit: Int) { self.limit = limit }

  mutating func groups(
    of filter: FieldExpression
  ) throws(ConditionGroupError) -> [[FieldExpression]] {
    try alternatives(filter).map { group in group.map { conditions[$0] } }
  }

  private mutating func alternatives(
    _ expression: FieldExpression
  ) throws(ConditionGroupError) -> [[Int]] {
    switch expression.kind {
    case .binary(.or, _, _):
      var all: [[Int]] = []
      for operand in operands(expression, of: .or) { all += try alternatives(operand) }
      // An alternative without a condition lets everything through, whatever the others say.
      return all.contains([]) ? [[]] : try unique(all)
    case .binary(.and, _, _):
      var products: [[Int]] = [[]]
      for operand in operands(expression, of: .and) {
        let factor = try alternatives(operand)
        products = try unique(
          products.flatMap { a in factor.map { b in a + b.filter { !a.contains($0) } } })
      }
      return products
    default:
      return [condition(expression).map { [number(of: $0)] } ?? []]
    }
  }

  /// The operands of a chain of one operator, from left to right.
  private func operands(
    _ expression: FieldExpression, of infix: FieldOperator
  ) -> [FieldExpression] {
    var rest = [expression]
    var result: [FieldExpression] = []
    while let next = rest.popLast() {
      if case .binary(infix, let left, let right) = next.kind {
        rest += [right, left]
      } else {
        result.append(next)
      }
    }
    return result
  }

  private mutating func number(of condition: FieldExpression) -> Int {
    let text = condition.description
    if let number = numbers[text] { return number }
    numbers[text] = conditions.count
    conditions.append(condition)
    return conditions.count - 1
  }

  private func unique(_ groups: [[Int]]) throws(ConditionGroupError) -> [[Int]] {
    var seen: Set<[Int]> = []
    let result = groups.filter { seen.insert($0).inserted }
    guard result.count <= limit else {
      throw .tooManyGroups(limit: LenientParser.groupsMax)
    }
    return result
  }

  /// A comparison of a field with a literal, the field first, or a nil test; nil for the rest.
  private func condition(_ expression: FieldExpression) -> FieldExpression? {
    switch expression.kind {
    case .isNil(let inner), .isNotNil(let inner): return inner.isField ? expression : nil
    case .binary(.compare(let comparison), let left, let right):
      if left.isField, right.literal != nil { return expression }
      guard left.literal != nil, right.isField, !comparison.isPattern else { return nil }
      return FieldExpression(
        .binary(.compare(comparison.mirrored), right, left), range: expression.range)
    default: return nil
    }
  }
}

extension FieldExpression {
  /// Whether the expression is an attribute or intrinsic and nothing else.
  fileprivate var isField: Bool {
    if case .field = kind { return true }
    return false
  }
}
