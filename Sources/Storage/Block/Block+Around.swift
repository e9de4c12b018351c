extension [Block] {
  /// Blocks that may hold other parts of the traces of `some`, those first: what lies within
  /// `reachNanoseconds` of them.
  package func around(_ some: [Block], reachNanoseconds: UInt64) -> [Block] {
    let names = Set(some.map(\.name))
    let ranges = some.compactMap(\.metadata.timeRange).map { range in
      let first = range.lowerBound - Swift.min(range.lowerBound, reachNanoseconds)
      let last = range.upperBound.addingReportingOverflow(reachNanoseconds)
      return first...(last.overflow ? .max : last.partialValue)
    }
    // A block that does not say when it was may have parts anywhere.
    let isAnywhere = ranges.count < some.count
    return some
      + filter { block in
        !names.contains(block.name)
          && (isAnywhere || ranges.contains { block.metadata.mayOverlap($0) })
      }
  }
}
