package import Engine
import TraceQL

/// Gathers candidates for what the grammar expects at one place of a query.
struct QueryCandidates {
  let facts: CompletionFacts
  let expectations: [Expectation]
  /// The word at the cursor.
  let typed: String
  let filter: String?
  /// Nothing begins with the word: what has it inside, in capitals or not, is better than nothing.
  private var looksInside = false
  private(set) var candidates: [Candidate] = []
  private(set) var isPending = false
  /// Values are looked for, and none is known yet.
  private var areValuesUnknown = false

  init(facts: CompletionFacts, expectations: [Expectation], typed: String, filter: String?) {
    self.facts = facts
    self.expectations = expectations
    self.typed = typed
    self.filter = filter
  }

  /// What the list is narrowed by.
  var heading: String {
    let usesFilter = expectations.contains { expectation in
      switch expectation {
      case .attributeNames, .values: true
      default: false
      }
    }
    return usesFilter ? filter.map { "where \($0)" } ?? "" : ""
  }

  mutating func run() {
    gather()
    let word = typed.drop { $0 == "\"" || $0 == "." }
    guard candidates.isEmpty, word.utf8.count >= Self.insideLengthMin else { return }
    looksInside = true
    gather()
  }

  /// Shorter words are inside too much.
  private static let insideLengthMin = 2

  private func fits(_ text: String) -> Bool {
    if !looksInside { return text.hasPrefix(typed) }
    let word = typed.drop { $0 == "\"" || $0 == "." }.lowercased()
    return text.lowercased().firstRange(of: word) != nil
  }

  private mutating func gather() {
    // Values first, then names, then words of the language: as likely as they are.
    for case .values(let field) in expectations { addValues(field) }
    // Nor are the others worth a look while values are looked for.
    let hasValues = !candidates.isEmpty || areValuesUnknown
    for rank in 0...2 {
      for expectation in expectations where expectation.rank == rank {
        add(expectation, isBesideValues: hasValues)
      }
    }
    var seen: Set<String> = []
    candidates = candidates.filter { seen.insert($0.text).inserted }
  }

  private mutating func add(_ expectation: Expectation, isBesideValues: Bool) {
    // Beside real values the rest of what may stand there is noise, until a letter asks for it.
    if isBesideValues && typed.isEmpty { return }
    switch expectation {
    case .values, .number, .string: break
    case .attributeNames(let scope): addNames(scope)
    case .functions(let words):
      add(words.map { Candidate($0 + "(", label: $0 + "()", kind: .function) })
    case .stages(let words): add(words.map { Candidate($0 + "(", label: $0 + "()", kind: .stage) })
    case .scopes(let words) where !typed.isEmpty || scopesAreWanted:
      add(words.map { Candidate($0, kind: .word, note: "scope") })
    case .scopes: break
    case .intrinsics(let words): add(words.map { Candidate($0, kind: .word, note: "intrinsic") })
    case .operators(let words): add(words.map { Candidate($0, kind: .word) })
    case .keywords(let words), .hintNames(let words):
      add(words.map { Candidate($0, kind: .word) })
    case .punctuation(let words): add(words.map { Candidate($0, kind: .word) })
    case .units(let words) where typed.isEmpty:
      add(words.map { Candidate($0, kind: .word, note: "unit") })
    case .units: break
    }
  }

  /// Scopes alone help where no names are known.
  private var scopesAreWanted: Bool { facts.names(nil).items.isEmpty }

  private mutating func add(_ found: [Candidate]) {
    candidates += found.filter { $0.text.hasPrefix(typed) }
  }

  // MARK: Names

  private mutating func addNames(_ scope: Attribute.Scope) {
    let found = facts.names(filter)
    isPending = isPending || found.isPending
    let wanted = scope.storedScopes
    var names = found.items.filter { wanted.contains($0.item.scope) }
    names.sort {
      ($0.count ?? -1, $1.item.name, $1.item.scope) > ($1.count ?? -1, $0.item.name, $0.item.scope)
    }
    let isBare = scope == .unscoped && !typed.hasPrefix(".")
    for (name, count) in names {
      let spelled = AttributeText.spelled(name.name)
      let text = isBare ? "\(name.scope).\(spelled)" : spelled
      // A name is found by its beginning, with its scope or without.
      guard fits(text) || isBare && !typed.isEmpty && spelled.hasPrefix(typed) else {
        continue
      }
      if let count, count == 0, filter != nil { continue }
      candidates.append(Candidate(text, kind: .name, count: count))
    }
  }

  // MARK: Values

  private mutating func addValues(_ field: Field) {
    let found = facts.values(field, filter)
    isPending = isPending || found.isPending
    areValuesUnknown = areValuesUnknown || !found.isListed && found.items.isEmpty
    // Spelled once: comparing is the most of it.
    var values = found.items.map { (text: ValueText.literal($0.item), count: $0.count) }
    values.sort {
      $0.count != $1.count ? ($0.count ?? -1) > ($1.count ?? -1) : $0.text < $1.text
    }
    for (text, count) in values where fits(text) {
      if let count, count == 0, filter != nil { continue }
      candidates.append(Candidate(text, kind: .value, count: count))
    }
  }
}

extension Attribute.Scope {
  /// Scopes of the catalogue whose names may stand here.
  fileprivate var storedScopes: Set<String> {
    switch self {
    case .unscoped: ["resource", "span", "event", "link", "instrumentation"]
    case .span, .parentSpan: ["span"]
    case .resource, .parentResource: ["resource"]
    case .event: ["event"]
    case .link: ["link"]
    case .instrumentation: ["instrumentation"]
    case .parent: ["resource", "span"]
    }
  }
}

/// Values as TraceQL writes them.
package enum ValueText {
  /// Text in double quotes, as people type it.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  package static func literal(_ value: Value) -> String {
    switch value {
    case .nil: "nil"
    case .int(let number): String(number)
    case .float(let number): number.description
    case .duration(let nanoseconds): GoDuration.format(nanoseconds: nanoseconds)
    case .string(let text): quoted(text)
    case .bool(let flag): flag ? "true" : "false"
    case .status(let code): Cell(.status(code)).exact
    case .kind(let code): Cell(.kind(code)).exact
    case .array(let values): values.first.map(literal) ?? "nil"
    }
  }
}

/// Names of attributes as TraceQL writes them behind their scope.
enum AttributeText {
  static func spelled(_ name: String) -> String {
    let field = Field.attribute(Attribute(.span, name)).description
    return String(field.dropFirst("span.".count))
  }
}

extension Expectation {
  /// Stages where there can be some, then names, then words of the language.
  fileprivate var rank: Int {
    switch self {
    case .stages, .functions: 0
    case .attributeNames: 1
    default: 2
    }
  }
}
