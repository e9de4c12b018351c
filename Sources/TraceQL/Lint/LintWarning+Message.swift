extension LintWarning {
  /// The sentence: what is odd, and after a semicolon what to write.
  var message: String {
    switch self {
    case .alwaysFalse(let text):
      "'\(text)' is never true, so nothing can match"
    case .alwaysTrue(let text):
      "'\(text)' is always true; leave it out"
    case .contradiction(let first, let second):
      "'\(first)' and '\(second)' exclude each other; write '||' if either will do"
    case .tautology(let first, let second):
      "'\(first)' or '\(second)' always holds; write '&&' if both are meant"
    case .onlyArraysMatch(let first, let second):
      "only an array satisfies both '\(first)' and '\(second)'; write '||' if either will do"
    case .countIsPositive(let text, holds: true):
      "'\(text)' is always true: what is counted has at least one span; leave it out"
    case .countIsPositive(let text, holds: false):
      "'\(text)' is never true: where nothing matched there is nothing to count"
    case .attributeForIntrinsic(let name, let intrinsic):
      "'\(name)' is an attribute that somebody named so; for the span's own write '\(intrinsic)'"
    case .wrongScope(let name, let better):
      "'\(name)' is not where instrumentation puts it; write '\(better)'"
    case .unscopedName(let name, better: ""):
      "'\(name)' looks at span and resource, which takes longer and may mean either; "
        + "write 'span\(name)' or 'resource\(name)'"
    case .unscopedName(let name, let better):
      "'\(name)' looks at span and resource, which takes longer and may mean either; "
        + "write '\(better)'"
    case .repeatedCondition(let text):
      "'\(text)' is said twice; leave one out"
    case .coalesceWithoutGroups:
      "nothing was grouped, so there is nothing to join; leave 'coalesce()' out"
    case .groupPerSpan(let field):
      "'\(field)' differs from span to span, so every group is a single span"
    case .unknownHint(let name, let nearest?):
      "no hint is called '\(name)', and unknown hints are ignored; did you mean '\(nearest)'?"
    case .unknownHint(let name, nil):
      "no hint is called '\(name)', and unknown hints are ignored; leave it out"
    case .hintType(let name, let expected):
      "the hint '\(name)' wants \(expected); with another value it is ignored"
    default: comparisonMessage
    }
  }

  private var comparisonMessage: String {
    switch self {
    case .keywordOnAttribute(let text, let intrinsic?):
      "'\(text)' is never true: attributes hold no status and no kind; write '\(intrinsic)'"
    case .keywordOnAttribute(let text, nil):
      "'\(text)' is never true: attributes hold no status and no kind; use quotes if text is meant"
    case .numberAsText(let text, let plain):
      "'\(text)' compares with text, and a number never equals text; write '\(plain)'"
    case .patternOnNumber(let text):
      "'\(text)' is never true of a number: patterns match text; compare with '>=' and '<'"
    case .literalPattern(let text, let plain):
      "the pattern in '\(text)' is plain text, and must match the whole value; write '\(plain)'"
    case .patternMatchesAll(let text, let plain):
      "the pattern in '\(text)' matches every text; write '\(plain)'"
    case .redundantAnchors(let text):
      "patterns match whole values anyway; leave '^' and '$' out of '\(text)'"
    case .notHexadecimal(let text):
      "'\(text)' cannot tell anything: IDs are hexadecimal digits"
    case .missingNotMatched(let text, let absent):
      "'\(text)' leaves out spans that have no such attribute; to include them add '|| \(absent)'"
    case .missingUnit(let text):
      "'\(text)' has no unit and means nanoseconds; write '\(text)ns', or '\(text)ms'"
    case .divisionByZero(let text):
      "'\(text)' divides by zero and has no value, so nothing can match"
    case .tempoNegation(let text):
      "Tempo finds nothing by '\(text)': it looks for the condition without the '!'"
    case .tempoAfterSelect(let text):
      "Tempo has not read what '\(text)' needs when it stands behind select(); put select() last"
    case .tempoIdentifier(let text):
      "Tempo compares '\(text)' as text: an ID must be lower case and of full length there"
    default: name
    }
  }
}
