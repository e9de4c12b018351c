import Parquet

/// Column chunks: each on its own, on several threads, then those of a row group together.
extension BlockVerifier {
  /// The row groups in which nothing is damaged.
  mutating func checkChunks(
    _ groups: [RowGroupPlace]
  ) async throws(StorageError) -> [RowGroupPlace] {
    let columns = groups.flatMap { group in
      group.file.file.leaves.map { group.file.file.column($0, rowGroup: group.number) }
    }
    progress.expect(chunks: columns.count, traces: groups.reduce(0) { $0 + $1.rowCount })
    let (statistics, progress) = (statistics, progress)
    let reports = await VerifyWork.map(columns.count, threadCount: threadCount) {
      index -> Result<ChunkReport, ParquetError> in
      do throws(ParquetError) {
        let report = try ChunkVerifier.verify(columns[index], statistics: statistics)
        progress.finishChunk()
        return .success(report)
      } catch {
        return .failure(error)
      }
    }
    var sound: [RowGroupPlace] = []
    var next = 0
    for group in groups {
      let damageBefore = damageCount
      if group.rowCount == 0 {
        found(
          .damage, "empty-row-group", Self.name(of: group.file),
          "row group \(group.number) has no rows")
      }
      let leafCount = group.file.file.leaves.count
      do throws(ParquetError) {
        try check(group, reports[next..<next + leafCount])
      } catch {
        throw StorageError(error)
      }
      next += leafCount
      if damageCount == damageBefore { sound.append(group) }
    }
    return sound
  }

  private var damageCount: Int { report.findings.count { $0.severity == .damage } }

  /// What was found in the chunks of a row group, and whether they nest alike.
  private mutating func check(
    _ group: RowGroupPlace, _ reports: ArraySlice<Result<ChunkReport, ParquetError>>
  ) throws(ParquetError) {
    var nesting: [String: (digest: UInt64, leaf: String)] = [:]
    for (leaf, result) in zip(group.file.file.leaves, reports) {
      let chunk = try result.get()
      let place = "\(Self.name(of: group.file)) \(leaf.name), row group \(group.number)"
      for finding in chunk.findings {
        found(
          finding.severity == .damage ? .damage : .warning, finding.check, place,
          at: finding.offset, finding.message)
      }
      report.pageCount += chunk.pageCount
      if leaf.name.hasSuffix(".Attrs.Key"), !chunk.isFullyDictionaryCoded, chunk.pageCount > 0 {
        found(
          .damage, "key-dictionary", place,
          "keys of attributes without a dictionary: Tempo lists none of these names")
      }
      for (name, digest) in zip(NestedGroup.chain(of: leaf), chunk.nesting) {
        if let known = nesting[name] {
          guard known.digest != digest else { continue }
          found(.damage, "levels", place, "nests \(name) in another way than \(known.leaf) does")
        } else {
          nesting[name] = (digest, leaf.name)
        }
      }
    }
  }
}

/// The repeated groups of a block, which all their columns must nest alike.
enum NestedGroup {
  private static let names = [
    "ServiceStats", "rs", "rs.Resource.Attrs", "rs.ss", "rs.ss.Scope.Attrs", "rs.ss.Spans",
    "rs.ss.Spans.Attrs", "rs.ss.Spans.Events", "rs.ss.Spans.Events.Attrs", "rs.ss.Spans.Links",
    "rs.ss.Spans.Links.Attrs",
  ]

  /// Repeated groups above a leaf, outermost first; the leaf itself last if it is repeated.
  static func chain(of leaf: Leaf) -> [String] {
    let groups = names.filter { leaf.name.hasPrefix($0 + ".") }
    switch leaf.maxRepetition - groups.count {
    case 0: return groups
    case 1: return groups + [leaf.name]
    // A leaf of another time: only what all leaves share is compared.
    default: return Array(groups.prefix(max(0, leaf.maxRepetition - 1)))
    }
  }
}
