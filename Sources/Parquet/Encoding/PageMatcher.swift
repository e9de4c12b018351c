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

  init(
    leaf: Leaf, dictionary: ChunkDictionary?, match: ValueMatch
  ) {
    self.leaf = leaf
    self.match = match
    values = PageValues(leaf: leaf, dictionary: dictionary)
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
    let hits = self.hits.room(for: count, of: UInt8.self)
    guard try mark(page, count, hits) else { return [] }
    let selected = try loader.entries(of: page, wantsRepetition: true, wantsDefinition: true)
    guard selected.valueCount == count else {
      throw .malformed("\(selected.valueCount) values where the header says \(count)")
    }
    return rows(page, selected, hits)
  }

  /// Walks the entries and collects the rows of the marked values.
  private func rows(
    _ page: LoadedPage, _ selected: PageEntries, _ hits: UnsafePointer<UInt8>
  ) -> [Int] {
    let full = UInt8(leaf.maxDefinition)
    let repetition = selected.levels.repetition
    let definition = selected.levels.definition
    // The first entry starts the page's first row, or goes on with the one before.
    var row = page.task.page.firstRow - 1
    var value = 0
    var found: [Int] = []
    for i in 0..<page.entryCount {
      row += repetition.map { $0[i] == 0 ? 1 : 0 } ?? 1
      guard definition.map({ $0[i] == full }) ?? true else { continue }
      if hits[value] != 0, found.last != row { found.append(row) }
      value += 1
    }
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
      let codes = try values.codes(page, count, entryMatches.count)
      entryMatches.withUnsafeBufferPointer { matches in
        for i in 0..<count { hits[i] = matches[Int(codes[i])] }
      }
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
