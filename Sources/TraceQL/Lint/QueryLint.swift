/// Looks for what is legal and probably not meant.
package struct QueryLint {
  let source: [UInt8]
  let dialect: Dialect
  private let tokens: [Token]
  private(set) var found: [Diagnostic] = []
  private var namesSeen: Set<Field> = []
  /// How many tokens of a kind have been matched with tree nodes, which come in the same order.
  private var seen: [TokenKind: Int] = [:]

  /// Warnings about a query, in the order of its text; none about one that cannot be run.
  package static func warnings(
    on text: String, dialect: Dialect = .extended
  ) -> [Diagnostic] {
    let parsed = Query.parse(text, dialect: dialect)
    guard parsed.isValid, let query = parsed.query else { return [] }
    return warnings(about: query, source: text, dialect: dialect)
  }

  /// The same for a query parsed already from `source`.
  package static func warnings(
    about query: Query, source: String, dialect: Dialect = .extended
  ) -> [Diagnostic] {
    var lint = QueryLint(source: Array(source.utf8), dialect: dialect)
    lint.visit(query)
    return lint.found.sorted { a, b in
      (a.range.lowerBound, a.range.upperBound) < (b.range.lowerBound, b.range.upperBound)
    }
  }

  private init(source: [UInt8], dialect: Dialect) {
    self.source = source
    self.dialect = dialect
    tokens = Lexer.tokenize(source).tokens
  }

  mutating func warn(_ warning: LintWarning, at range: SourceRange) {
    let diagnostic = Diagnostic(.lint(warning), at: range, severity: .warning)
    if !found.contains(diagnostic) { found.append(diagnostic) }
  }

  /// Whether a name comes up for the first time: each is warned about once.
  mutating func isNew(_ field: Field) -> Bool { namesSeen.insert(field).inserted }

  func text(_ range: SourceRange) -> String {
    String(decoding: source[range.range], as: UTF8.self)
  }

  /// The next token of that kind, from there to the closing parenthesis.
  mutating func nextCall(_ kind: TokenKind) -> SourceRange {
    let index = seen[kind, default: 0]
    seen[kind] = index + 1
    let starts = tokens.indices.filter { tokens[$0].kind == kind }
    guard index < starts.count else { return SourceRange(0..<source.count) }
    let first = tokens[starts[index]].range
    let close = tokens[starts[index]...].first { $0.kind == .rightParen }
    return SourceRange(Int(first.lowerBound)..<Int(close?.range.upperBound ?? first.upperBound))
  }

  // MARK: Queries

  private mutating func visit(_ query: Query) {
    switch query.body {
    case .pipeline(let pipeline): visit(pipeline)
    case .metrics(let expression): visit(expression)
    }
    for hint in query.hints { check(hint) }
  }

  private mutating func check(_ hint: Hint) {
    let words = tokens.filter { $0.kind == .identifier && text($0.range) == hint.name }
    let range = words.last?.range ?? SourceRange(0..<source.count)
    let (isKnown, expected) = AttributeLore.isHint(hint)
    if !isKnown {
      let nearest = SpellingAdvice.nearest(to: hint.name, among: Vocabulary.hintNames)
      warn(.unknownHint(hint.name, nearest: nearest), at: range)
    } else if let expected {
      warn(.hintType(hint.name, expected: expected), at: range)
    }
  }

  private mutating func visit(_ expression: MetricsExpression) {
    switch expression {
    case .constant: break
    case .staged(let inner, _): visit(inner)
    case .binary(_, let left, let right):
      visit(left)
      visit(right)
    case .series(let series):
      visit(series.pipeline)
      if case .compare(let filter, _, _, _) = series.function { checkFilter(filter) }
    }
  }

  // MARK: Stages

  mutating func visit(_ pipeline: Pipeline) {
    var isGrouped = false
    var isSelected = false
    for stage in pipeline.stages {
      if isSelected, dialect == .tempo, stage.readsFields {
        warn(.tempoAfterSelect(stage.description), at: stage.range ?? wholeRange)
      }
      switch stage {
      case .spanset(let expression): visit(expression)
      case .fieldFilter(let expression): checkFilter(expression)
      case .scalar(let expression): visit(expression)
      case .scalarFilter(let filter): check(filter)
      case .groupBy(let keys):
        isGrouped = true
        for key in keys { checkKey(key) }
      case .coalesce:
        let range = nextCall(.coalesce)
        if !isGrouped { warn(.coalesceWithoutGroups, at: range) }
        isGrouped = false
      case .select(let fields):
        isSelected = true
        for field in fields { checkValue(field) }
      }
    }
  }

  var wholeRange: SourceRange { SourceRange(0..<source.count) }

  private mutating func checkKey(_ key: FieldExpression) {
    checkValue(key)
    if case .field(.intrinsic(let intrinsic)) = key.kind,
      [.spanID, .nestedSetLeft, .nestedSetRight].contains(intrinsic)
    {
      warn(.groupPerSpan(intrinsic.rawValue), at: key.range)
    }
  }

  private mutating func visit(_ expression: SpansetExpression) {
    switch expression {
    case .filter(let filter): checkFilter(filter)
    case .pipeline(let pipeline): visit(pipeline)
    case .operation(let infix, let left, let right):
      visit(left)
      visit(right)
      if infix == .and || infix == .or, left == right {
        warn(.repeatedCondition(right.description), at: right.range ?? wholeRange)
      }
    }
  }

  private mutating func visit(_ expression: ScalarExpression) {
    switch expression {
    case .literal: break
    case .negate(let inner): visit(inner)
    case .pipeline(let pipeline): visit(pipeline)
    case .binary(_, let left, let right):
      visit(left)
      visit(right)
    case .aggregate(.count): _ = nextCall(.count)
    case .aggregate(let aggregate):
      if let argument = aggregate.argument { checkValue(argument) }
    }
  }

  private mutating func check(_ filter: ScalarFilter) {
    switch (filter.left, filter.right) {
    case (.aggregate(.count), .literal(let literal)):
      checkCount(filter.comparison, literal, nextCall(.count))
    case (.literal(let literal), .aggregate(.count)):
      checkCount(filter.comparison.mirrored, literal, nextCall(.count))
    default:
      visit(filter.left)
      visit(filter.right)
      checkUnit(of: filter)
    }
  }

  /// A count is at least 1.
  private mutating func checkCount(
    _ comparison: ComparisonOperator, _ literal: Literal, _ range: SourceRange
  ) {
    let field = Field.intrinsic(.childCount)  // any field will do: only numbers are compared
    let test = FieldTest(field: field, comparison: comparison, literal: literal)
    let least = FieldTest(field: field, comparison: .greaterOrEqual, literal: .int(1))
    let text = "count() \(comparison.rawValue) \(literal)"
    if test.excludes(least) {
      warn(.countIsPositive(text, holds: false), at: range)
    } else if test.opposite?.excludes(least) == true {
      warn(.countIsPositive(text, holds: true), at: range)
    }
  }

  private mutating func checkUnit(of filter: ScalarFilter) {
    guard case .aggregate(let aggregate) = filter.left,
      case .literal(.int(let value)) = filter.right,
      let argument = aggregate.argument, argument.type == .duration, value != 0
    else { return }
    warn(.missingUnit("\(value)"), at: argument.range)
  }
}
