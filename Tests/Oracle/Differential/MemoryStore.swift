import Engine
package import Storage
package import TraceQL

/// Blocks in memory, as the engine and the oracle both see them.
package struct MemoryStore: Sendable {
  package var blocks: [[StoredTrace]]
  /// How each block stores its attributes.
  package var storing: [MemoryUnit.Storing]
  package var scope: OracleStore.Scope

  package init(
    blocks: [[StoredTrace]], storing: [MemoryUnit.Storing] = [],
    scope: OracleStore.Scope = .whole
  ) {
    self.blocks = blocks
    self.storing = storing
    self.scope = scope
  }

  private func unit(_ block: Int, _ traces: [StoredTrace]) -> MemoryUnit {
    MemoryUnit(traces, storing: block < storing.count ? storing[block] : .probed)
  }

  /// Units as a scan would make them: traces that lie in several blocks are put together, unless
  /// fragments are judged alone.
  package func units() -> [any SpanUnit] {
    if scope == .fragment { return blocks.enumerated().map { unit($0.offset, $0.element) } }
    var places: [[UInt8]: Int] = [:]
    for trace in blocks.joined() { places[trace.id, default: 0] += 1 }
    func isShared(_ trace: StoredTrace) -> Bool { (places[trace.id] ?? 0) > 1 }
    var units: [any SpanUnit] = []
    var sources: [MemoryUnit] = []
    var pieces: [[UInt8]: [TracePiece]] = [:]
    for (number, block) in blocks.enumerated() {
      let alone = block.filter { !isShared($0) }
      if !alone.isEmpty { units.append(unit(number, alone)) }
      let shared = block.filter(isShared)
      for (index, trace) in shared.enumerated() {
        pieces[trace.id, default: []].append(TracePiece(source: number, trace: index))
      }
      sources.append(unit(number, shared))
    }
    if !pieces.isEmpty {
      let traces = pieces.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      units.append(MergedUnit(sources: sources, traces: traces))
    }
    return units
  }

  package func engineLines(
    _ query: Query, limit: Int = 0
  ) throws(StorageError) -> [String] {
    try UnitAnswers(query).matches(
      units(), areFragments: scope == .fragment, limit: limit
    ).map(AnswerLines.line)
  }

  package func oracleLines(_ query: Query) -> [String] {
    OracleStore(blocks).search(query, scope).map(AnswerLines.line)
  }
}
