/// Finds what somebody probably meant.
enum SpellingAdvice {
  /// What other languages call things.
  private static let habits: [String: String] = [
    "and": "&&", "or": "||", "not": "!", "null": "nil", "rootservice": "trace:rootService",
    "childcount": "span:childCount", "spanid": "span:id", "traceid": "trace:id",
    "parentid": "span:parentID", "service": "resource.service.name", "where": "|",
    "mean": "avg", "average": "avg", "group": "by", "groupby": "by", "group_by": "by",
  ]

  /// The candidate nearest to `word`: equal but for case, a known habit, or a few edits away.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let lower = word.lowercased()
    if let same = candidates.first(where: { $0.lowercased() == lower }) { return same }
    if let habit = habits[lower] { return habit }
    let allowed = word.utf8.count <= 3 ? 1 : word.utf8.count <= 6 ? 2 : 3
    guard word.utf8.count > 1, word.utf8.count <= 40 else { return nil }
    let scored = candidates.map { ($0, distance(lower, $0.lowercased())) }
    let best = scored.min { $0.1 < $1.1 }
    guard let best, best.1 <= allowed, best.1 < word.utf8.count else { return nil }
    return best.0
  }

  /// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8)
    let b = Array(b.utf8)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
        row[j + 1] = min(replaced, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }

  /// Words that may stand in a filter.
  static let filterWords: [String] =
    Vocabulary.intrinsics + Vocabulary.literalWords + ["nil", "minInt", "maxInt"]

  /// Words that may start a stage, or a call in a scalar expression.
  static let stageWords: [String] =
    Vocabulary.aggregates + Vocabulary.stages + Vocabulary.metricsFunctions

  /// Plain spellings of the words that need a scope.
  static func qualified(_ kind: TokenKind) -> String {
    switch kind {
    case .childCount: "span:childCount"
    case .rootService: "rootServiceName"
    case .id: "span:id"
    case .traceID: "trace:id"
    case .spanID: "span:id"
    case .parentID: "span:parentID"
    case .timeSinceStart: "event:timeSinceStart"
    default: "instrumentation:version"
    }
  }
}
