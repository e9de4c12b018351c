import Engine
import TraceQL

extension Shell {
  /// How long a key press waits for lists that nobody has asked for before, all of them together.
  static let listPatience = Duration.milliseconds(20)

  /// What completion may know: the catalogue of the current source, files, commands.
  ///
  /// The editor calls these on the main thread, between two keys.
  var completionFacts: CompletionFacts {
    CompletionFacts(
      names: { [unowned self] filter in
        MainActor.assumeIsolated { names(filter) }
      },
      values: { [unowned self] field, filter in
        MainActor.assumeIsolated { values(field, filter) }
      },
      files: { FilePath.completions(of: $0) },
      commands: DotCommandTable.facts,
      words: { [unowned self] kind in MainActor.assumeIsolated { words(kind) } })
  }

  private func names(_ filter: String?) -> CompletionFacts.Found<CompletionFacts.Name> {
    guard let catalogue else { return .init(items: [], isPending: false) }
    let (listing, isPending) = listing(catalogue, filter) { .names(filter: $0) }
    return .init(
      items: listing.counts.compactMap { item, count in item.name.map { ($0, count) } },
      isPending: isPending)
  }

  private func values(
    _ field: Field, _ filter: String?
  ) -> CompletionFacts.Found<Value> {
    guard let catalogue else { return .init(items: [], isPending: false) }
    let (listing, isPending) = listing(catalogue, filter) { .values(field, filter: $0) }
    return .init(
      items: listing.counts.compactMap { item, count in item.value.map { ($0, count) } },
      isPending: isPending, isListed: listing.isListed)
  }

  /// The narrowed list once it is known; until then everything, so that there is a list at once.
  private func listing(
    _ catalogue: Catalogue, _ filter: String?, _ subject: (String?) -> Catalogue.Subject
  ) -> (Catalogue.Listing, isPending: Bool) {
    guard let filter else {
      let all = catalogue.listing(subject(nil), until: listDeadline)
      return (all, !all.isFinished)
    }
    let narrowed = catalogue.listing(subject(filter), until: listDeadline)
    guard !narrowed.isFinished else { return (narrowed, false) }
    var all = catalogue.listing(subject(nil))
    // Counts without the filter would be wrong here.
    all.counts = all.counts.mapValues { _ in nil }
    all.counts.merge(narrowed.counts) { $1 }
    return (all, true)
  }

  /// Starts to look for the values that may be wanted next: what stands before the cursor names
  /// their field. A server is not asked before somebody wants to know.
  func anticipate(_ fields: [Field]) {
    guard current is LocalSource else { return }
    for field in fields { catalogue?.anticipate(.values(field, filter: nil)) }
  }

  private func words(_ kind: CommandArgument) -> [String] {
    switch kind {
    case .source: namedSources.keys.sorted() + sources.map(\.address)
    case .parameter: session.settings.parameters.names
    case .trace: answer.traceIDs.indices.map { String($0 + 1) }
    case .span: answer.spans.indices.map { String($0 + 1) }
    default: []
    }
  }
}
