import Wire

/// How many spans a request announces, for counting those of requests that are refused: nothing of
/// a span is looked at. What cannot be read counts as far as it can.
package enum SpanCount {
  package static func ofProtobuf(_ body: [UInt8]) -> Int {
    var count = 0
    body.withUnsafeBytes { bytes in
      do throws(IntakeError) {
        try walk(ProtobufScanner(bytes), path: [1, 2, 2], &count)
      } catch {
        // Where the message ends the count does.
      }
    }
    return count
  }

  /// Counts the messages at the end of a path of field numbers.
  private static func walk(
    _ message: ProtobufScanner, path: ArraySlice<Int>, _ count: inout Int
  ) throws(IntakeError) {
    var scanner = message
    while !scanner.isAtEnd {
      let (number, type) = try scanner.key()
      guard number == path.first, type == .bytes else {
        try scanner.skip(type)
        continue
      }
      let inner = try scanner.message()
      if path.count == 1 { count += 1 } else { try walk(inner, path: path.dropFirst(), &count) }
    }
  }

  package static func ofOTLPJSON(_ body: [UInt8]) -> Int {
    guard let json = json(body) else { return 0 }
    return elements(json, "resourceSpans", "resource_spans").reduce(0) { sum, resource in
      elements(resource, "scopeSpans", "scope_spans").reduce(sum) {
        $0 + elements($1, "spans", "spans").count
      }
    }
  }

  /// Zipkin sends a list.
  package static func ofZipkin(_ body: [UInt8]) -> Int { json(body)?.elements?.count ?? 0 }

  private static func json(_ body: [UInt8]) -> JSON? {
    // Text that is no JSON has no spans.
    try? JSONReader.read(body, limits: .init(byteCountMax: .max))
  }

  private static func elements(_ json: JSON, _ camel: String, _ snake: String) -> [JSON] {
    (json[camel] ?? json[snake])?.elements ?? []
  }
}
