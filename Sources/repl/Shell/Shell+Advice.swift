import Engine
import TraceQL

extension Shell {
  /// Warns of predicates that can never match in this source: names and values nobody has.
  func advise(on query: CheckedQuery, isEmpty: Bool) {
    guard isInteractive, let catalogue else { return }
    let names = catalogue.listing(
      .names(filter: nil), until: .now + (isEmpty ? .milliseconds(300) : .zero))
    guard names.isListed else { return }
    let advice = DataAdvice(
      names: Set(names.counts.keys.compactMap(\.name)),
      values: { field in
        // Values are worth looking up when there was nothing to see.
        guard isEmpty else { return nil }
        let listing = catalogue.listing(
          .values(field, filter: nil), until: .now + .milliseconds(300))
        return listing.isListed ? listing.counts.keys.compactMap(\.value) : nil
      })
    let style = session.terminal.errorStyle
    for warning in advice.warnings(query.query) {
      output.complain(
        DiagnosticRenderer.render(
          .warning, warning.sentence, at: warning.range, source: query.text,
          style: style == .colour ? .colour : .plain) + "\n")
    }
  }
}

extension Catalogue.Item {
  var name: CompletionFacts.Name? {
    guard case .name(let scope, let name) = self else { return nil }
    return .init(scope: scope, name: name)
  }

  var value: Value? {
    guard case .value(let value) = self else { return nil }
    return value
  }
}
