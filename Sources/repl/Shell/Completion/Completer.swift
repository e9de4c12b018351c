package import TraceQL

/// Text and cursor to what may stand there: a pure function of the text and `CompletionFacts`.
package struct Completer {
  let facts: CompletionFacts

  /// Candidates shown at most; more help nobody.
  static let candidatesMax = 2_000

  package init(facts: CompletionFacts) { self.facts = facts }

  /// What fits at byte `cursor` of `text`.
  package func complete(_ text: String, at cursor: Int) -> CompletionList {
    let bytes = Array(text.utf8)
    let cursor = min(max(0, cursor), bytes.count)
    let before = String(decoding: bytes[..<cursor], as: UTF8.self)
    let scan = StatementScanner.scan(before)
    guard let last = scan.statements.last, !scan.isTerminated else {
      return command(bytes, start: cursor, cursor: cursor).orElse {
        query(bytes, start: cursor, cursor: cursor)
      }
    }
    // Blanks at the start of the last statement belong to it.
    let start = last.range.lowerBound
    switch last.kind {
    case .command: return command(bytes, start: start, cursor: cursor)
    case .query where last.text == ".": return command(bytes, start: start, cursor: cursor)
    case .query: return query(bytes, start: start, cursor: cursor)
    }
  }

  /// The statement from byte `start` is a query.
  func query(_ bytes: [UInt8], start: Int, cursor: Int) -> CompletionList {
    let text = String(decoding: bytes[start..<cursor], as: UTF8.self)
    let completion = Query.completion(in: text, at: text.utf8.count)
    let word = completion.replacing
    var collector = QueryCandidates(
      facts: facts, expectations: completion.expectations,
      typed: String(decoding: Array(text.utf8)[range(word)], as: UTF8.self),
      filter: BraceFilter.before(text))
    collector.run()
    var replacing = start + Int(word.lowerBound)..<start + Int(word.upperBound)
    // The quote that stands behind the cursor already.
    if collector.typed.hasPrefix("\""), cursor < bytes.count, bytes[cursor] == 0x22 {
      replacing = replacing.lowerBound..<cursor + 1
    }
    return CompletionList(
      replacing: replacing, candidates: Array(collector.candidates.prefix(Self.candidatesMax)),
      isPending: collector.isPending, heading: collector.heading)
  }

  /// Fields of which values may be wanted at `cursor`.
  package func fields(before text: String, at cursor: Int) -> [Field] {
    let before = String(decoding: text.utf8.prefix(cursor), as: UTF8.self)
    let scan = StatementScanner.scan(before)
    guard let last = scan.statements.last, last.kind == .query, !scan.isTerminated else {
      return []
    }
    return Query.completion(in: last.text, at: last.text.utf8.count).expectations.compactMap {
      if case .values(let field) = $0 { field } else { nil }
    }
  }

  private func range(_ range: SourceRange) -> Range<Int> {
    Int(range.lowerBound)..<Int(range.upperBound)
  }
}

extension CompletionList {
  fileprivate func orElse(_ other: () -> CompletionList) -> CompletionList {
    let rest = other()
    return CompletionList(
      replacing: replacing, candidates: rest.candidates + candidates,
      isPending: isPending || rest.isPending, heading: heading)
  }
}
