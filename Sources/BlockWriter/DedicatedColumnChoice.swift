import Columns
package import Spans
package import Storage

/// Which attributes get columns of their own in a block that is written.
package enum DedicatedColumnChoice: String, Sendable, CaseIterable {
  /// Those that take the most room in the spans at hand.
  case auto
  /// Tempo's own list (blocks.md 2.2).
  case tempo
  case none

  package func columns(_ table: SpanTable) -> [DedicatedColumn] {
    switch self {
    case .auto: Self.largest(in: table)
    case .tempo: Self.tempoDefault
    case .none: []
    }
  }

  private static let tempoDefault: [DedicatedColumn] =
    ["k8s.cluster.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name"].map {
      DedicatedColumn(scope: .resource, name: $0)
    }
    + [
      DedicatedColumn(scope: .span, name: "http.request.method"),
      DedicatedColumn(scope: .span, name: "http.response.status_code", kind: .int),
      DedicatedColumn(scope: .span, name: "url.path"),
      DedicatedColumn(scope: .span, name: "url.route"),
      DedicatedColumn(scope: .span, name: "server.address"),
      DedicatedColumn(scope: .span, name: "server.port", kind: .int),
      DedicatedColumn(scope: .span, name: "http.method"),
      DedicatedColumn(scope: .span, name: "http.url"),
      DedicatedColumn(scope: .span, name: "http.route"),
      DedicatedColumn(scope: .span, name: "http.status_code", kind: .int),
    ]

  // MARK: By what the data shows

  private static let textsMax = 20
  private static let numbersMax = 5

  private struct Candidate {
    var key: UInt32
    var isInt: Bool
    var owners = 0
  }

  /// The attributes that most spans carry, and those that most resources do: each of these saves a
  /// key and the levels of two lists a row. What less than a fiftieth carries stays in the group.
  private static func largest(in table: SpanTable) -> [DedicatedColumn] {
    var resourceUses = [Int](repeating: 0, count: table.resources.count)
    for resource in table.resourceOfSpan { resourceUses[Int(resource)] += 1 }
    let spans = candidates(table.attributes, textCount: table.strings.count, weights: nil)
    let resources = candidates(
      table.resources.attributes, textCount: table.strings.count, weights: resourceUses)
    let floor = max(1, table.spanCount / 50)
    return chosen(resources, .resource, floor, table) + chosen(spans, .span, floor, table)
  }

  /// `weights`: how often each owner counts, nil for once.
  private static func candidates(
    _ attributes: AttributeTable, textCount: Int, weights: [Int]?
  ) -> [Candidate] {
    // By number of the key's text, texts and integers apart.
    var texts = [Int](repeating: 0, count: textCount)
    var numbers = texts
    for owner in 0..<attributes.ownerCount {
      let uses = weights?[owner] ?? 1
      for attribute in Int(attributes.offsets[owner])..<Int(attributes.offsets[owner + 1]) {
        switch attributes.kinds[attribute] {
        case .text: texts[Int(attributes.keys[attribute])] += uses
        case .int: numbers[Int(attributes.keys[attribute])] += uses
        case .double, .bool, .textArray, .intArray, .doubleArray, .boolArray, .json: break
        }
      }
    }
    return (0..<UInt32(textCount)).flatMap { key in
      [
        Candidate(key: key, isInt: false, owners: texts[Int(key)]),
        Candidate(key: key, isInt: true, owners: numbers[Int(key)]),
      ].filter { $0.owners > 0 }
    }
  }

  /// A name that comes with texts and with numbers has the column of the more frequent kind.
  private static func chosen(
    _ candidates: [Candidate], _ scope: AttributeScope, _ floor: Int, _ table: SpanTable
  ) -> [DedicatedColumn] {
    let ranked = candidates.filter { $0.owners >= floor && $0.key != 0 }.sorted { a, b in
      if a.owners != b.owners { return a.owners > b.owners }
      return a.key != b.key ? table.strings.precedes(a.key, b.key) : !a.isInt
    }
    var names: Set<UInt32> = []
    var (texts, numbers) = (0, 0)
    var columns: [DedicatedColumn] = []
    for candidate in ranked where names.insert(candidate.key).inserted {
      guard candidate.isInt ? numbers < numbersMax : texts < textsMax else { continue }
      if candidate.isInt { numbers += 1 } else { texts += 1 }
      columns.append(
        DedicatedColumn(
          scope: scope, name: table.strings.string(candidate.key),
          kind: candidate.isInt ? .int : .text))
    }
    return columns
  }
}
