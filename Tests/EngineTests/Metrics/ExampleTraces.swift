import Oracle

/// The data sets of the worked examples (traceql-metrics.md 18).
enum ExampleTraces {
  /// T: a multiple of every step used, in Unix seconds.
  static let base: Int64 = 1_260
  static let second: Int64 = 1_000_000_000

  static func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

  /// A span that starts `start` seconds after T.
  static func span(
    _ start: Double, _ duration: Double, _ name: String = "op", id: Int = 0,
    _ attributes: [(String, StoredAttribute.Element)] = []
  ) -> StoredSpan {
    var span = StoredSpan(
      label: name, name: name, id: [1, 0, 0, 0, 0, 0, UInt8(id >> 8), UInt8(id & 255)],
      parentID: [], start: base * second + nanoseconds(start), duration: nanoseconds(duration))
    span.kind = 2
    span.attributes = attributes.map { StoredAttribute(key: $0.0, elements: [$0.1]) }
    return span
  }

  /// Each span a trace of its own.
  static func single(
    _ spans: [StoredSpan], resource: [StoredAttribute] = [], scope: StoredScope = StoredScope()
  ) -> [StoredTrace] {
    spans.enumerated().map { number, span in
      trace(number, [span], resource: resource, scope: scope)
    }
  }

  static func trace(
    _ number: Int, _ spans: [StoredSpan], resource: [StoredAttribute] = [],
    scope: StoredScope = StoredScope()
  ) -> StoredTrace {
    var id = [UInt8](repeating: 7, count: 16)
    id[14] = UInt8(number >> 8)
    id[15] = UInt8(number & 255)
    let batch = StoredTrace.Batch(resource: resource, scope: scope, spans: spans)
    return StoredTrace(label: "t\(number)", id: id, batches: [batch])
  }

  static let boundaries = single([
    span(0, 0.1, "a"), span(0.5, 0.2, "a"), span(10, 0.3, "b"), span(10.000000001, 0.4, "b"),
    span(15, 0.5, "a"), span(20, 1, "c"), span(30, 2, "c"),
  ])

  static let values: [StoredTrace] = {
    let all: [(Double, StoredAttribute.Element?)] = [
      (1, .int(5)), (2, nil), (3, .int(3)), (4, .int(2)), (11, .int(-4)), (12, .double(2.5)),
      (21, .text("str")), (31, .bool(true)),
    ]
    return single(all.map { at, value in span(at, 0.1, "op", value.map { [("v", $0)] } ?? []) })
  }()

  static let keys: [StoredTrace] = {
    let all: [[StoredAttribute.Element]?] = [
      [.text("a")], [.int(1)], [.text("1")], [.double(1)], [.bool(true)],
      [.text("a"), .text("b")], [.text("a"), .text("b")], [.text("c")], [.int(1), .int(2)], nil,
      [.text("nil")], [.text("")],
    ]
    return single(
      all.enumerated().map { number, elements in
        var result = span(1 + Double(number) / 2, 0.1)
        if let elements { result.attributes = [StoredAttribute(key: "k", elements: elements)] }
        return result
      })
  }()

  static let scopes: [StoredTrace] = {
    func attribute(_ key: String, _ text: String) -> StoredAttribute {
      StoredAttribute(key: key, elements: [.text(text)])
    }
    var first = span(1, 0.1)
    first.kind = 3
    first.status = 2
    first.statusMessage = "boom"
    first.events = [
      StoredEvent(name: "ev1", attributes: [attribute("ea", "x")]),
      StoredEvent(name: "ev2", attributes: [attribute("ea", "y")]),
    ]
    let id = [UInt8](repeating: 5, count: 16)
    first.links = ["p", "q"].map {
      StoredLink(traceID: id, spanID: Array(id.prefix(8)), attributes: [attribute("la", $0)])
    }
    var second = span(2, 0.2)
    second.status = 1
    return single(
      [first, second], resource: [attribute("cluster", "c1")],
      scope: StoredScope(name: "lib", version: "1.2", attributes: [attribute("sa", "s")]))
  }()

  static let arithmetic: [StoredTrace] = {
    let all: [(Double, String, Bool)] = [
      (1, "a", true), (2, "a", false), (3, "b", false), (4, "a", false), (11, "a", false),
      (12, "c", true), (13, "c", true), (21, "b", false),
    ]
    return single(
      all.map { at, name, isError in
        var result = span(at, at == 21 ? 2 : 0.5, name)
        result.status = isError ? 2 : 0
        return result
      })
  }()

  static let ranks: [StoredTrace] = {
    let all: [(Double, String)] = [(1, "abcde"), (11, "aab"), (21, "eedd")]
    return single(
      all.flatMap { at, letters in
        letters.unicodeScalars.map { letter in
          span(
            at, 0.5, "op", [("k", .text(String(letter))), ("i", .int(Int64(letter.value)))])
        }
      })
  }()

  static let comparison: [StoredTrace] = {
    let all: [(Double, Bool, String, Int64?)] = [
      (1, true, "eu", 500), (2, false, "eu", 200), (3, false, "us", 200), (11, true, "us", 500),
      (12, false, "us", nil),
    ]
    let spans = all.map { at, isError, region, code in
      var attributes: [(String, StoredAttribute.Element)] = [("region", .text(region))]
      if let code { attributes.append(("code", .int(code))) }
      var result = span(at, 0.1, "op", attributes)
      result.status = isError ? 2 : 0
      return result
    }
    return single(spans, resource: [StoredAttribute(key: "cluster", elements: [.text("A")])])
  }()

  static let tenSpans = single(
    (1...10).map { at in
      var result = span(Double(at), 0.1)
      result.status = at % 2 == 0 ? 2 : 0
      return result
    })

  static let sampled: [StoredTrace] = {
    let spans = (0..<200).map { i in
      var result = span(
        0.05 + 0.1 * Double(i), 0.01 * Double(i + 1), "n\(i % 4)", id: i, [("v", .int(Int64(i)))])
      result.traceState = i % 2 == 1 ? "ot=th:8" : ""
      return result
    }
    return (0..<100).map { trace($0, [spans[2 * $0], spans[2 * $0 + 1]]) }
  }()

  static let structure: [StoredTrace] = {
    func service(_ name: String) -> [StoredAttribute] {
      [StoredAttribute(key: "service.name", elements: [.text(name)])]
    }
    var root = span(1, 4, "root", id: 1)
    root.events = [
      StoredEvent(name: "x", time: second / 2), StoredEvent(name: "y", time: second * 3 / 2),
    ]
    var child = span(2, 1, "child", id: 2)
    child.kind = 3
    child.parentID = root.id
    let above = span(8, 10, "A", id: 3)
    let below = [span(11, 1, "B", id: 4), span(21, 1, "B", id: 5)].map { span in
      var result = span
      result.parentID = above.id
      return result
    }
    return [
      trace(1, [root, child], resource: service("svc1")),
      trace(3, [above] + below, resource: service("svc3")),
    ]
  }()
}
