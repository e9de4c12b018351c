/// Finds the name somebody probably meant.
package enum NearestName {
  /// The candidate with the fewest edits from `word`; nil if none is near enough to be a typo.
  package static func of(_ word: String, among candidates: [String]) -> String? {
    var best: (name: String, edits: Int)?
    for name in candidates {
      let edits = distance(Array(word.utf8), Array(name.utf8))
      if edits < best?.edits ?? Int.max { best = (name, edits) }
    }
    if let best, best.edits <= max(1, min(word.utf8.count, best.name.utf8.count) / 3) {
      return best.name
    }
    // A beginning is as good as a typo: `--out` for `--output`.
    guard word.utf8.count >= 2 else { return nil }
    let longer = candidates.filter { $0.hasPrefix(word) }
    return longer.count == 1 ? longer[0] : nil
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    // Words longer than this are no typos of names in our tables.
    guard a.count <= 64, b.count <= 64 else { return Int.max }
    var before = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var edits = min(
          previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          edits = min(edits, before[j - 1] + 1)
        }
        current.append(edits)
      }
      before = previous
      previous = current
    }
    return previous[b.count]
  }
}
