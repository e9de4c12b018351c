import Columns

/// Finds the rows of a page that hold a matching value.
struct PageMatcher {
  private let leaf: Leaf
  private let match: ValueMatch
  /// For every dictionary entry, 1 if it matches.
  private let entryMatches: [UInt8]
  private let values: PageValues
  private let decoded = ByteBuffer()
  private let hits = ByteBuffer()
  private let rowMarks = ByteBuffer()

  init(
    leaf: Leaf, dictionary: ChunkDictionary?, match: ValueMatch, limits: ReadLimits
  ) {
    self.leaf = leaf
    self.match = match
    values = PageValues(leaf: leaf, dictionary: dictionary, limits: limits)
    if case .codes(let codes, _) = match, case .text(let table) = dictionary {
      precondition(codes.count == table.count, "one bit for each dictionary entry")
      entryMatches = (0..<codes.count).map { codes[$0] ? 1 : 0 }
    } else {
      entryMatches = []
    }
  }

  /// Selected rows of `page` with a matching value, ascending.
  func rows(of page: LoadedPage, _ loader: PageLoader) throws(DecodingFailure) -> [Int] {
    let header = page.header
    // Without a count of nulls the definition levels tell how many values there are.
    let count =
      header.kind == .dataV2
      ? header.entryCount - header.nullCount
      : try loader.entries(of: page, wantsRepetition: false, wantsDefinition: true).valueCount
    guard count > 0 else { return [] }
    // The walk over the entries looks at one more than there are.
    let hits = self.hits.room(for: count + 1, of: UInt8.self)
    guard try mark(page, count, hits) else { return [] }
    let selected = try loader.entries(of: page, wantsRepetition: true, wantsDefinition: true)
    guard selected.valueCount == count else {
      throw .malformed("\(selected.valueCount) values where the header says \(count)")
    }
    return selectedRows(page, selected, hits)
  }

  /// Walks the entries and collects the rows of the marked values.
  private func selectedRows(
    _ page: LoadedPage, _ selected: PageEntries, _ hits: UnsafePointer<UInt8>
  ) -> [Int] {
    let place = page.task.page
    // Row 0 of the marks is the one before the page, of which the page may hold the rest.
    let marks = rowMarks.room(for: place.rowCount + 1, of: UInt8.self)
    marks.update(repeating: 0, count: place.rowCount + 1)
    LevelScan.markRows(
      selected.levels, page.entryCount, maxDefinition: leaf.maxDefinition, hits: hits,
      into: marks)
    var found: [Int] = []
    for row in 0...place.rowCount where marks[row] != 0 { found.append(place.firstRow - 1 + row) }
    guard let runs = page.task.runs else { return found }
    var run = 0
    return found.filter { row in
      while run < runs.count, runs[run].upperBound <= row { run += 1 }
      return run < runs.count && runs[run].contains(row)
    }
  }
}

// MARK: Values

extension PageMatcher {
  /// Sets a byte for every value that matches; false if none does.
  private func mark(
    _ page: LoadedPage, _ count: Int, _ hits: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) -> Bool {
    switch match {
    case .codes(_, let plain):
      guard page.encoding.isDictionary else {
        let strings = try values.strings(page, count)
        for i in 0..<count { hits[i] = plain(strings.bytes(at: i)) ? 1 : 0 }
        break
      }
      guard case .text = values.dictionary else { throw PageValues.noDictionary }
      return try HybridRuns.matches(
        page.values, entryMatches: entryMatches, count: count, into: hits)
    case .int64(let range): try markIntegers(page, count, range, hits)
    case .double(let lower, let lowerInclusive, let upper, let upperInclusive):
      let numbers = decoded.room(for: count, of: Double.self)
      try values.double(page, count, into: numbers)
      for i in 0..<count {
        let number = numbers[i]
        let isAbove = lowerInclusive ? number >= lower : number > lower
        let isBelow = upperInclusive ? number <= upper : number < upper
        hits[i] = isAbove && isBelow ? 1 : 0
      }
    }
    var any: UInt8 = 0
    for i in 0..<count { any |= hits[i] }
    return any != 0
  }

  private func markIntegers(
    _ page: LoadedPage, _ count: Int, _ range: ClosedRange<Int64>,
    _ hits: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) {
    let low = range.lowerBound
    let high = range.upperBound
    if leaf.physicalType == .boolean {
      let bits = decoded.room(for: count + 8, of: UInt8.self)
      try values.bool(page, count, into: bits)
      for i in 0..<count { hits[i] = range.contains(Int64(bits[i])) ? 1 : 0 }
      return
    }
    let numbers = decoded.room(for: count, of: Int64.self)
    try values.int64(page, count, into: numbers)
    for i in 0..<count { hits[i] = (numbers[i] >= low ? 1 : 0) & (numbers[i] <= high ? 1 : 0) }
  }
}
