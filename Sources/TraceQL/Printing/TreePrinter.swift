/// The tree as indented lines, for tests and `explain`.
package struct TreePrinter {
  private var lines: [String] = []
  private var depth = 0

  private init() {}

  package static func print(_ query: Query) -> String {
    var printer = TreePrinter()
    printer.add(query)
    return printer.lines.joined(separator: "\n")
  }

  package static func print(_ expression: FieldExpression) -> String {
    var printer = TreePrinter()
    printer.add(expression)
    return printer.lines.joined(separator: "\n")
  }

  private mutating func line(_ text: String) {
    lines.append(String(repeating: "  ", count: depth) + text)
  }

  private mutating func node(_ text: String, _ children: (inout TreePrinter) -> Void) {
    line(text)
    depth += 1
    children(&self)
    depth -= 1
  }

  private mutating func add(_ query: Query) {
    node("query") { printer in
      switch query.body {
      case .pipeline(let pipeline): printer.add(pipeline)
      case .metrics(let expression): printer.add(expression)
      }
      for hint in query.hints { printer.line("hint \(hint.name) = \(hint.value)") }
    }
  }

  private mutating func add(_ pipeline: Pipeline) {
    for stage in pipeline.stages { add(stage) }
  }

  private mutating func add(_ stage: Stage) {
    switch stage {
    case .spanset(let expression): add(expression)
    case .scalarFilter(let filter):
      node("scalar filter \(filter.comparison.rawValue)") { printer in
        printer.add(filter.left)
        printer.add(filter.right)
      }
    case .scalar(let expression): node("scalar") { $0.add(expression) }
    case .fieldFilter(let expression): node("field filter") { $0.add(expression) }
    case .groupBy(let keys): node("by") { printer in for key in keys { printer.add(key) } }
    case .coalesce: line("coalesce")
    case .select(let fields):
      node("select") { printer in for field in fields { printer.add(field) } }
    }
  }

  private mutating func add(_ expression: SpansetExpression) {
    switch expression {
    case .filter(let filter): node("filter") { $0.add(filter) }
    case .pipeline(let pipeline): node("pipeline") { $0.add(pipeline) }
    case .operation(let infix, let left, let right):
      node("spanset \(infix.rawValue)") { printer in
        printer.add(left)
        printer.add(right)
      }
    }
  }

  private mutating func add(_ expression: ScalarExpression) {
    switch expression {
    case .literal(let literal): line("\(literal.type) \(literal)")
    case .aggregate(let aggregate): add(aggregate)
    case .negate(let inner): node("negate") { $0.add(inner) }
    case .pipeline(let pipeline): node("pipeline") { $0.add(pipeline) }
    case .binary(let infix, let left, let right):
      node(infix.rawValue) { printer in
        printer.add(left)
        printer.add(right)
      }
    }
  }

  private mutating func add(_ aggregate: Aggregate) {
    switch aggregate {
    case .count: line("count")
    case .sum(let inner): node("sum") { $0.add(inner) }
    case .average(let inner): node("avg") { $0.add(inner) }
    case .minimum(let inner): node("min") { $0.add(inner) }
    case .maximum(let inner): node("max") { $0.add(inner) }
    case .quantile(let inner, let rank):
      node("quantile \(FloatText.format(rank))") { $0.add(inner) }
    }
  }

  private mutating func add(_ expression: FieldExpression) {
    switch expression.kind {
    case .literal(let literal): line("\(literal.type) \(literal)")
    case .field(.attribute(let attribute)): line("attribute \(attribute)")
    case .field(.intrinsic(let intrinsic)): line("intrinsic \(intrinsic.rawValue)")
    case .negate(let inner): node("negate") { $0.add(inner) }
    case .not(let inner): node("not") { $0.add(inner) }
    case .isNil(let inner): node("is nil") { $0.add(inner) }
    case .isNotNil(let inner): node("is not nil") { $0.add(inner) }
    case .binary(let infix, let left, let right):
      node(infix.description) { printer in
        printer.add(left)
        printer.add(right)
      }
    }
  }

  private mutating func add(_ expression: MetricsExpression) {
    switch expression {
    case .constant: line("constant \(expression)")
    case .staged(let inner, let stages):
      node("stages") { printer in
        printer.add(inner)
        for stage in stages { printer.line("\(stage)") }
      }
    case .binary(let infix, let left, let right):
      node("series \(infix.rawValue)") { printer in
        printer.add(left)
        printer.add(right)
      }
    case .series(let pipeline):
      node("series \(pipeline.function)") { printer in
        printer.add(pipeline.pipeline)
        for field in pipeline.groupBy { printer.line("by \(field)") }
        for stage in pipeline.secondStages { printer.line("\(stage)") }
      }
    }
  }
}
