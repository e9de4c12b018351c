import Foundation
import Oracle

/// One line of what `dump_blocks.py` writes: a trace of a block.
struct DumpedTrace: Decodable {
  struct Batch: Decodable {
    var resource: [DumpedAttribute]
    var scope: Scope
    var spans: [Span]
  }
  struct Scope: Decodable {
    var name: String
    var version: String
    var attributes: [DumpedAttribute]
  }
  struct Span: Decodable {
    var id: String
    var parent: String
    var name: String
    var kind: Int64
    var start: Int64
    var duration: Int64
    var status: Int64
    var message: String
    var state: String
    var attributes: [DumpedAttribute]
    var events: [Event]
    var links: [Link]
  }
  struct Event: Decodable {
    var name: String
    var time: Int64
    var attributes: [DumpedAttribute]
  }
  struct Link: Decodable {
    var trace: String
    var span: String
    var attributes: [DumpedAttribute]
  }

  var block: String
  var id: String
  var batches: [Batch]

  /// Traces of each block, in the order of the file.
  static func read(_ path: String) throws -> [[StoredTrace]] {
    let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 10)
    let decoder = JSONDecoder()
    var blocks: [(name: String, traces: [StoredTrace])] = []
    for line in lines {
      let trace = try decoder.decode(DumpedTrace.self, from: line)
      if blocks.last?.name != trace.block { blocks.append((trace.block, [])) }
      blocks[blocks.count - 1].traces.append(trace.stored)
    }
    return blocks.map(\.traces)
  }
}

/// `[key, [element, …]]`; an element is a string, an integer, a boolean or `{"d": "1.5"}`.
struct DumpedAttribute: Decodable {
  var stored: StoredAttribute

  private struct Double_: Decodable { var d: String }

  init(from decoder: any Decoder) throws {
    var pair = try decoder.unkeyedContainer()
    let key = try pair.decode(String.self)
    var list = try pair.nestedUnkeyedContainer()
    var elements: [StoredAttribute.Element] = []
    while !list.isAtEnd {
      // The wrong type leaves the element where it is; one of the four is right.
      if let value = try? list.decode(Bool.self) {
        elements.append(.bool(value))
      } else if let value = try? list.decode(Int64.self) {
        elements.append(.int(value))
      } else if let value = try? list.decode(String.self) {
        elements.append(.text(value))
      } else {
        elements.append(.double(Double(try list.decode(Double_.self).d) ?? .nan))
      }
    }
    stored = StoredAttribute(key: key, elements: elements)
  }
}

extension DumpedTrace {
  fileprivate var stored: StoredTrace {
    var trace = StoredTrace(label: id, id: Self.bytes(id))
    trace.batches = batches.map { batch in
      var scope = StoredScope()
      scope.name = batch.scope.name
      scope.version = batch.scope.version
      scope.attributes = batch.scope.attributes.map(\.stored)
      return StoredTrace.Batch(
        resource: batch.resource.map(\.stored), scope: scope, spans: batch.spans.map(\.stored))
    }
    return trace
  }

  fileprivate static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }
}

extension DumpedTrace.Span {
  fileprivate var stored: StoredSpan {
    var span = StoredSpan(
      label: id, name: name, id: DumpedTrace.bytes(id), parentID: DumpedTrace.bytes(parent),
      start: start, duration: duration)
    span.kind = kind
    span.status = status
    span.statusMessage = message
    span.traceState = state
    span.attributes = attributes.map(\.stored)
    span.events = events.map {
      StoredEvent(name: $0.name, time: $0.time, attributes: $0.attributes.map(\.stored))
    }
    span.links = links.map {
      StoredLink(
        traceID: DumpedTrace.bytes($0.trace), spanID: DumpedTrace.bytes($0.span),
        attributes: $0.attributes.map(\.stored))
    }
    return span
  }
}
