/// Spans in the notation that `SpanNotation` reads, to be pasted into a test.
extension StoredTrace {
  package var notation: String {
    var lines = ["trace \(label) @id=\(HexID.digits(id))"]
    for batch in batches {
      lines.append("resource" + Self.words(batch.resource))
      let scope = batch.scope
      if scope != StoredScope() {
        let name = scope.name.isEmpty ? "" : " " + scope.name
        lines.append(
          "scope\(name) @version=\"\(scope.version)\"" + Self.words(scope.attributes))
      }
      for span in batch.spans {
        lines.append(
          "  \(span.label) @id=\(HexID.digits(span.id)) @name=\"\(span.name)\""
            + " @parent=\(HexID.digits(span.parentID))"
            + " @start=\(span.start - SpanNotation.epoch) @duration=\(span.duration)"
            + " @kind=\(span.kind) @status=\(span.status)"
            + (span.statusMessage.isEmpty ? "" : " @message=\"\(span.statusMessage)\"")
            + (span.traceState.isEmpty ? "" : " @state=\"\(span.traceState)\"")
            + Self.words(span.attributes))
        for event in span.events {
          let name = event.name.isEmpty ? "\"\"" : event.name
          lines.append("    * \(name) @at=\(event.time)" + Self.words(event.attributes))
        }
        for link in span.links {
          lines.append(
            "    -> @trace=\(HexID.digits(link.traceID)) @span=\(HexID.digits(link.spanID))"
              + Self.words(link.attributes))
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func words(_ attributes: [StoredAttribute]) -> String {
    attributes.map { attribute in
      let texts = attribute.elements.map(Self.text)
      return " \(attribute.key)="
        + (texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ",") + "]")
    }.joined()
  }

  private static func text(_ element: StoredAttribute.Element) -> String {
    switch element {
    case .text(let value): "\"\(value)\""
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .bool(let value): "\(value)"
    }
  }
}
