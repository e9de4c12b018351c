import TraceQL

extension CheckParser {
  private static let kinds = ["none", "rows", "count", "spans", "every", "any", "last", "trace"]
  private static let comparisons = ["=", "!=", "<", "<=", ">", ">="]

  /// What follows `expect`.
  mutating func expectation(
    _ directive: CheckLines.Directive, of query: Query
  ) throws(CheckFault) -> CheckExpectation {
    var scanner = CheckScanner(directive.textRange, lines, parameters)
    defer { parametersUsed.formUnion(scanner.parametersUsed) }
    guard let word = scanner.next() else {
      throw CheckFault(
        "'expect' says what: \(Self.kinds.joined(separator: ", "))", at: directive.keywordRange)
    }
    let kind: CheckExpectation.Kind
    switch word.text {
    case "none": kind = .none
    case "rows": kind = .rows
    case "count": kind = .count(try test(&scanner, unit: .spans))
    case "spans":
      if case .metrics = query.body {
        throw CheckFault(
          "'spans' counts what a search matched; this is a metrics query", at: word.range)
      }
      kind = .spans(try test(&scanner, unit: .spans))
    case "every", "any", "last": kind = try value(word, &scanner, of: query)
    case "trace":
      return try shape(directive, after: word.range, of: query)
    default:
      let near = NearestName.of(word.text, among: Self.kinds)
      throw CheckFault(
        "unknown expectation '\(word.text)'"
          + (near.map { "; did you mean '\($0)'?" }
            ?? "; there are \(Self.kinds.joined(separator: ", "))"),
        at: word.range)
    }
    try scanner.expectEnd()
    return CheckExpectation(kind, text: text(of: directive), line: directive.line)
  }

  private func text(of directive: CheckLines.Directive) -> String {
    lines.text(directive.textRange).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func value(
    _ word: (text: String, range: Range<Int>), _ scanner: inout CheckScanner, of query: Query
  ) throws(CheckFault) -> CheckExpectation.Kind {
    guard case .metrics(let expression) = query.body else {
      throw CheckFault("only metrics queries have values; this is a search", at: word.range)
    }
    guard let quantifier = CheckExpectation.Quantifier(rawValue: word.text) else {
      preconditionFailure("the caller knows the words")
    }
    try scanner.expect("value", "'value': \(word.text) value < 0.5")
    let test = try test(&scanner, unit: MetricsUnit(expression))
    var orNone = false
    if scanner.consume("or") {
      try scanner.expect("none", "'none': or none")
      orNone = true
    }
    return .value(quantifier, test, orNone: orNone)
  }

  // MARK: Tests of numbers

  private func test(
    _ scanner: inout CheckScanner, unit: MetricsUnit
  ) throws(CheckFault) -> NumberTest {
    if scanner.consume("within") { return try within(&scanner, unit: unit) }
    guard let word = scanner.next() else {
      throw CheckFault("expected a comparison: '> 0', 'within 5% of 20'", at: scanner.rest)
    }
    guard Self.comparisons.contains(word.text),
      let comparison = ComparisonOperator(rawValue: word.text)
    else {
      let advice = word.text == "==" ? "; equality is written '='" : ""
      throw CheckFault(
        "expected one of \(Self.comparisons.joined(separator: " ")) or 'within'\(advice)",
        at: word.range)
    }
    let number = try scanner.number()
    try check(number, unit)
    return .compare(comparison, number.value)
  }

  private func within(
    _ scanner: inout CheckScanner, unit: MetricsUnit
  ) throws(CheckFault) -> NumberTest {
    let word = scanner.peek()
    var percent: Double?
    var tolerance: CheckScanner.Number?
    if let word, word.text.hasSuffix("%") {
      _ = scanner.next()
      percent = Double(word.text.dropLast())
      guard let percent, percent.isFinite else {
        throw CheckFault("'\(word.text)' is no part in a hundred, such as 5%", at: word.range)
      }
      _ = percent
    } else {
      let number = try scanner.number()
      try check(number, unit)
      tolerance = number
    }
    try scanner.expect("of", "'of': within 5% of 20, within 10ms of 200ms")
    let target = try scanner.number()
    try check(target, unit)
    let distance = tolerance?.value ?? abs(target.value) * (percent ?? 0) / 100
    guard distance >= 0 else {
      throw CheckFault("a tolerance cannot be negative", at: word?.range ?? scanner.rest)
    }
    return .within(distance, of: target.value)
  }

  private func check(_ number: CheckScanner.Number, _ unit: MetricsUnit) throws(CheckFault) {
    guard number.isDuration, unit == .spans || unit == .perSecond else { return }
    throw CheckFault(
      "the query counts spans: they cannot be compared with a length of time", at: number.range)
  }

  // MARK: Shapes

  private struct ShapeLine {
    var range: Range<Int>
    var indent: Int
  }

  /// The lines below `expect trace`, each a filter, deeper ones below it.
  private mutating func shape(
    _ directive: CheckLines.Directive, after word: Range<Int>, of query: Query
  ) throws(CheckFault) -> CheckExpectation {
    if case .metrics = query.body {
      throw CheckFault("a metrics query finds no traces", at: word)
    }
    let pending = shapeLines(word.upperBound..<directive.textRange.upperBound)
    guard let first = pending.first else {
      throw CheckFault("the shape of the trace is missing: filters on the lines below", at: word)
    }
    guard lines.line(of: first.range.lowerBound) > directive.line else {
      throw CheckFault("the shape begins on the next line", at: first.range)
    }
    var position = 0
    var nodes: [TraceShape.Node] = []
    while position < pending.count {
      guard pending[position].indent == first.indent else {
        throw CheckFault(
          "this line stands left of the first of the shape", at: pending[position].range)
      }
      nodes.append(try node(pending, &position))
    }
    return CheckExpectation(.trace(TraceShape(nodes: nodes)), text: "trace", line: directive.line)
  }

  private func shapeLines(_ range: Range<Int>) -> [ShapeLine] {
    var found: [ShapeLine] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = lines.bytes[start..<range.upperBound].firstIndex(of: 0x0A) ?? range.upperBound
      let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if let first = lines.bytes[start..<end].firstIndex(where: { !isBlank($0) }) {
        let last = (lines.bytes[start..<end].lastIndex { !isBlank($0) } ?? first) + 1
        found.append(ShapeLine(range: first..<last, indent: first - start))
      }
      start = end + 1
    }
    return found
  }

  private mutating func node(
    _ pending: [ShapeLine], _ position: inout Int
  ) throws(CheckFault) -> TraceShape.Node {
    let line = pending[position]
    position += 1
    var scanner = CheckScanner(line.range, lines, parameters)
    let isForbidden = scanner.consume("no")
    let shown = scanner.rest.lowerBound
    let isAnywhereBelow = scanner.consume("..")
    let start = scanner.rest.lowerBound
    let filter = try filter(start..<line.range.upperBound)
    var node = TraceShape.Node(
      filter: filter, text: lines.text(shown..<line.range.upperBound),
      line: lines.line(of: line.range.lowerBound),
      isForbidden: isForbidden, isAnywhereBelow: isAnywhereBelow, children: [])
    guard position < pending.count, pending[position].indent > line.indent else { return node }
    let indent = pending[position].indent
    while position < pending.count, pending[position].indent > line.indent {
      guard pending[position].indent == indent else {
        throw CheckFault(
          "this line stands neither below nor beside the one before", at: pending[position].range)
      }
      node.children.append(try self.node(pending, &position))
    }
    if isForbidden {
      throw CheckFault("what must not be there cannot have anything below it", at: line.range)
    }
    return node
  }

  /// One filter in braces.
  private mutating func filter(_ range: Range<Int>) throws(CheckFault) -> FieldExpression {
    let parsed = try query(range)
    guard case .pipeline(let pipeline) = parsed.body, pipeline.stages.count == 1,
      case .spanset(.filter(let filter)) = pipeline.stages[0]
    else {
      throw CheckFault("a line of a shape is one filter: { name = \"GET /cart\" }", at: range)
    }
    return filter
  }
}
