import Engine
package import OTLP
import Wire

/// A span with its surroundings.
package struct FoundSpan: Sendable {
  package var span: Span
  package var resource: Resource
  package var scope: InstrumentationScope
  package var service: String

  package init(span: Span, resource: Resource, scope: InstrumentationScope, service: String) {
    self.span = span
    self.resource = resource
    self.scope = scope
    self.service = service
  }
}

/// Everything there is about a span, for people.
package enum SpanDetails {
  package static func lines(
    _ found: FoundSpan, width: Int?, style: TextStyle, zone: CivilTime.Zone
  ) -> [String] {
    let span = found.span
    var facts: [(String, String)] = [
      ("trace ID", Hex.encode(span.traceID)), ("span ID", Hex.encode(span.spanID)),
    ]
    if !span.parentSpanID.isEmpty { facts.append(("parent", Hex.encode(span.parentSpanID))) }
    facts += [
      ("start", CivilTime(unixNanoseconds: span.startNanoseconds, zone: zone).readable),
      ("duration", DurationText.format(nanoseconds: span.signedDurationNanoseconds)),
      ("kind", Cell(.kind(Int64(span.kind))).exact),
    ]
    let status = Cell(.status(Int64(span.status.code))).exact
    let message = span.status.message
    facts.append(("status", message.isEmpty ? status : status + ": " + message))
    var lines = [style.apply(.bold, to: PrintableText.escaped(found.service + " · " + span.name))]
    lines += rows(facts.map { ($0.0, PrintableText.escaped($0.1)) }, width, style)
    lines += section("Span", span.attributes, width, style)
    lines += section("Resource", found.resource.attributes, width, style)
    let scope = [found.scope.name, found.scope.version].filter { !$0.isEmpty }
    if !scope.isEmpty || !found.scope.attributes.isEmpty {
      let title = "Instrumentation " + PrintableText.escaped(scope.joined(separator: " "))
      lines += section(title, found.scope.attributes, width, style, showsEmpty: true)
    }
    lines += events(span, width, style)
    for link in span.links {
      lines += [
        "",
        style.apply(.bold, to: "Link to") + " " + Hex.encode(link.traceID) + " span "
          + Hex.encode(link.spanID),
      ]
      lines += rows(pairs(link.attributes), width, style)
    }
    return lines
  }

  /// The events of a span: when after its start, what, and attributes.
  package static func events(_ span: Span, _ width: Int?, _ style: TextStyle) -> [String] {
    span.events.flatMap { event -> [String] in
      let after = Int64(clamping: event.timeNanoseconds) - Int64(clamping: span.startNanoseconds)
      let time = (after < 0 ? "" : "+") + DurationText.format(nanoseconds: after)
      let title = "Event " + PrintableText.escaped(event.name)
      return ["", style.apply(.bold, to: title) + "  " + style.apply(.dim, to: time)]
        + rows(pairs(event.attributes), width, style)
    }
  }

  private static func section(
    _ title: String, _ attributes: [KeyValue], _ width: Int?, _ style: TextStyle,
    showsEmpty: Bool = false
  ) -> [String] {
    guard !attributes.isEmpty || showsEmpty else { return [] }
    return ["", style.apply(.bold, to: title)] + rows(pairs(attributes), width, style)
  }

  private static func pairs(_ attributes: [KeyValue]) -> [(String, String)] {
    attributes.sorted { $0.key < $1.key }
      .map { (PrintableText.escaped($0.key), AttributeLine.text($0.value)) }
  }

  /// Names right-aligned; a value that is too long goes on below itself.
  private static func rows(
    _ rows: [(String, String)], _ width: Int?, _ style: TextStyle
  ) -> [String] {
    let nameWidth = min(40, rows.map { DisplayWidth.of($0.0) }.max() ?? 0)
    return rows.flatMap { name, value -> [String] in
      let left = "  " + style.apply(.dim, to: DisplayWidth.leftPadded(name, to: nameWidth)) + "  "
      let room = max(20, (width ?? .max / 2) - nameWidth - 5)
      let pieces = AttributeLine.pieces(value, width: room)
      let indent = DisplayWidth.blanks(nameWidth + 4)
      return pieces.enumerated().map { $0.offset == 0 ? left + $0.element : indent + $0.element }
    }
  }
}

/// Attribute values as text.
package enum AttributeLine {
  package static func text(_ value: AnyValue) -> String {
    switch value {
    case .empty: ""
    case .string(let text): PrintableText.escaped(text)
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): number.description
    case .bytes(let bytes): Hex.encode(bytes)
    case .array(let values): "[" + values.map(text).joined(separator: ", ") + "]"
    case .map(let pairs):
      "{"
        + pairs.map { PrintableText.escaped($0.key) + ": " + text($0.value) }
        .joined(separator: ", ") + "}"
    }
  }

  /// `text` cut into pieces of at most `width` columns.
  static func pieces(_ text: String, width: Int) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for character in text {
      let columns = DisplayWidth.of(character)
      if used + columns > width {
        pieces.append(piece)
        (piece, used) = ("", 0)
      }
      piece.append(character)
      used += columns
    }
    return pieces + [piece]
  }
}
