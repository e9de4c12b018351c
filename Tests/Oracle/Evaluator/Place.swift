/// Where an expression is evaluated: a span, and one of its events and links (traceql.md 5.9).
struct Place {
  /// Which event or link fields are read from.
  enum Choice {
    /// For each field the first that carries it: where a value is needed.
    case anyThatCarries
    /// No event at all: every event field is nil.
    case none
    case at(Int)
  }

  let trace: OracleTrace
  let number: Int
  var event = Choice.anyThatCarries
  var link = Choice.anyThatCarries

  init(_ trace: OracleTrace, _ number: Int) {
    self.trace = trace
    self.number = number
  }

  var span: OracleTrace.Span { trace.spans[number] }

  /// The direct parent, where it is in the data.
  var parent: Place? { trace.tree.parent[number].map { Place(trace, $0) } }

  /// Every way of choosing one event, or none if there is none, and likewise a link.
  func choices(events: Bool, links: Bool) -> [Place] {
    let stored = span.stored
    let eventChoices: [Choice] = events ? Self.all(stored.events.count) : [.none]
    let linkChoices: [Choice] = links ? Self.all(stored.links.count) : [.none]
    return eventChoices.flatMap { event in
      linkChoices.map { link in
        var place = self
        place.event = event
        place.link = link
        return place
      }
    }
  }

  private static func all(_ count: Int) -> [Choice] {
    count == 0 ? [.none] : (0..<count).map { .at($0) }
  }
}
