package import TestSupport

/// Cuts traces into blocks, as late spans and replicas do.
package struct RandomCuts {
  package var random: SplitMix

  package init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// Every span goes to one of `count` blocks, and with `copies` percent to each of the others too.
  package mutating func blocks(
    _ traces: [StoredTrace], count: Int, copies: Int
  ) -> [[StoredTrace]] {
    var blocks: [[StoredTrace]] = Array(repeating: [], count: count)
    for trace in traces {
      // A trace often lies in one block only, and is seldom spread over all.
      let home = random.integer(0...count - 1)
      let isWhole = random.chance(percent: 30)
      let places = trace.spans.map { _ in
        let own = isWhole ? home : random.integer(0...count - 1)
        return Set((0..<count).filter { $0 == own || random.chance(percent: copies) })
      }
      for block in 0..<count {
        var next = 0
        let part = trace.keeping { _ in
          defer { next += 1 }
          return places[next].contains(block)
        }
        if !part.batches.isEmpty { blocks[block].append(part) }
      }
    }
    return blocks
  }
}

extension StoredTrace {
  /// The trace with only the spans that pass; batches without spans are left out.
  package func keeping(_ passes: (StoredSpan) -> Bool) -> StoredTrace {
    var result = self
    result.batches = batches.compactMap { batch in
      var batch = batch
      batch.spans = batch.spans.filter(passes)
      return batch.spans.isEmpty ? nil : batch
    }
    return result
  }
}
