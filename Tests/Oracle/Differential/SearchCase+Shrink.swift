import TraceQL

/// Makes a failing case small: whatever can go while it still fails, goes.
extension SearchCase {
  package func shrunk() -> SearchCase {
    var best = self
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in best.simplerQueries + best.simplerStores where candidate.difference() != nil
      {
        best = candidate
        isSmaller = true
        break
      }
    }
    return best
  }

  // MARK: Data

  private var simplerStores: [SearchCase] {
    store.simpler.map { simpler in
      var candidate = self
      candidate.store = simpler
      return candidate
    }
  }

  // MARK: Query

  private var simplerQueries: [SearchCase] {
    guard let query = Query.parse(text).query, case .pipeline(let pipeline) = query.body else {
      return []
    }
    return pipeline.simpler.map { simpler in
      var candidate = self
      candidate.text = "\(Query(body: .pipeline(simpler)))"
      return candidate
    }.filter { $0.text != text && Query.parse($0.text).isValid }
  }
}

extension MetricsCase {
  /// With less data; the query stays.
  package func shrunk() -> MetricsCase {
    var best = self
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for simpler in best.store.simpler {
        var candidate = best
        candidate.store = simpler
        if candidate.difference() == nil { continue }
        best = candidate
        isSmaller = true
        break
      }
    }
    return best
  }
}

extension MemoryStore {
  fileprivate var simpler: [MemoryStore] {
    var result: [MemoryStore] = []
    func add(_ change: (inout MemoryStore) -> Void) {
      var candidate = self
      change(&candidate)
      result.append(candidate)
    }
    for block in blocks.indices where blocks.count > 1 {
      add {
        $0.blocks.remove(at: block)
        $0.storing.remove(at: block)
      }
    }
    for (b, block) in blocks.enumerated() {
      if storing[b] != .lists { add { $0.storing[b] = .lists } }
      for t in block.indices {
        if block.count > 1 { add { $0.blocks[b].remove(at: t) } }
        for simpler in block[t].simpler { add { $0.blocks[b][t] = simpler } }
      }
    }
    return result
  }
}

extension StoredTrace {
  fileprivate var simpler: [StoredTrace] {
    var result: [StoredTrace] = []
    func add(_ change: (inout StoredTrace) -> Void) {
      var candidate = self
      change(&candidate)
      result.append(candidate)
    }
    for (b, batch) in batches.enumerated() {
      if batches.count > 1 { add { $0.batches.remove(at: b) } }
      for a in batch.resource.indices { add { $0.batches[b].resource.remove(at: a) } }
      for a in batch.scope.attributes.indices {
        add { $0.batches[b].scope.attributes.remove(at: a) }
      }
      if batch.scope.name + batch.scope.version != "" {
        add {
          $0.batches[b].scope.name = ""
          $0.batches[b].scope.version = ""
        }
      }
      for (s, span) in batch.spans.enumerated() {
        if batch.spans.count > 1 { add { $0.batches[b].spans.remove(at: s) } }
        for simpler in span.simpler { add { $0.batches[b].spans[s] = simpler } }
      }
    }
    return result
  }
}

extension StoredSpan {
  fileprivate var simpler: [StoredSpan] {
    var result: [StoredSpan] = []
    func add(_ change: (inout StoredSpan) -> Void) {
      var candidate = self
      change(&candidate)
      if candidate != self { result.append(candidate) }
    }
    for a in attributes.indices { add { $0.attributes.remove(at: a) } }
    for (e, event) in events.enumerated() {
      add { $0.events.remove(at: e) }
      for a in event.attributes.indices { add { $0.events[e].attributes.remove(at: a) } }
    }
    for (l, link) in links.enumerated() {
      add { $0.links.remove(at: l) }
      for a in link.attributes.indices { add { $0.links[l].attributes.remove(at: a) } }
    }
    add { $0.name = "" }
    add { $0.statusMessage = "" }
    add { $0.start = SpanNotation.epoch }
    add { $0.duration = 0 }
    add { $0.kind = 0 }
    add { $0.status = 0 }
    add { $0.parentID = [] }
    return result
  }
}
