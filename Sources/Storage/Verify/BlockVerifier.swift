import Columns
package import Parquet

/// Reads every byte of a block and checks all that must hold (blocks.md 8).
package struct BlockVerifier {
  let block: Block
  let statistics: ReadStatistics
  var report = BlockReport()
  private let progress: (_ done: Int, _ total: Int) -> Void

  /// Findings of one check at one place that are told one by one.
  private static let findingsPerCheckMax = 5

  /// Checks one block; throws only if reading was cancelled. `progress` counts column chunks.
  package static func verify(
    _ block: Block, statistics: ReadStatistics = ReadStatistics(),
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(StorageError) -> BlockReport {
    var verifier = BlockVerifier(block: block, statistics: statistics, progress: progress)
    do throws(StorageError) {
      try verifier.run()
    } catch {
      if case .parquet(let problem) = error, problem.kind == .cancelled { throw error }
      verifier.found(.damage, "open", block.location, "\(error)")
    }
    return verifier.report
  }

  private init(
    block: Block, statistics: ReadStatistics,
    progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) {
    self.block = block
    self.statistics = statistics
    self.progress = progress
  }

  mutating func found(
    _ severity: BlockFinding.Severity, _ check: String, _ place: String, at offset: Int? = nil,
    _ message: String
  ) {
    let known = report.findings.count { $0.check == check && $0.place == place }
    guard known <= Self.findingsPerCheckMax else { return }
    report.findings.append(
      BlockFinding(
        severity: severity, check: check, place: place, offset: offset,
        message: known < Self.findingsPerCheckMax ? message : "and more of this"))
  }

  private mutating func run() throws(StorageError) {
    let files = try block.files()
    for warning in block.warnings { found(.warning, "file", block.location, warning) }
    for file in files { report.byteCount += file.file.source.byteCount }
    if try hasObjects(), let file = files.first { try checkObjects(file) }
    let total = files.reduce(0) { $0 + $1.file.rowGroups.count * $1.file.leaves.count }
    var done = 0
    for file in files {
      let name = Self.name(of: file)
      if !block.metadata.isPreview, block.place.content != .writeAhead {
        let list = LeafList(
          version: file.schema.version, dedicated: block.metadata.dedicatedColumns)
        if case .completed = block.place.content, let fault = list.fault(in: file.file.leaves) {
          found(.damage, "columns", name, fault)
        }
      }
      report.columnCount = max(report.columnCount, file.file.leaves.count)
      for group in file.file.rowGroups.indices {
        if file.file.rowGroups[group].rowCount == 0 {
          found(.damage, "empty-row-group", name, "row group \(group) has no rows")
        }
        let damagedBefore = report.isDamaged
        try checkChunks(file, group, doneBefore: done, of: total)
        done += file.file.leaves.count
        // What is derived from columns can only be judged where columns can be read.
        if report.isDamaged == damagedBefore { try checkTraces(file, group) }
      }
      report.traceCount += file.file.rowCount
    }
  }

  /// Whether metadata, bloom filter and index lie beside the file: not where it was made of a dump.
  private func hasObjects() throws(StorageError) -> Bool {
    guard block.place.content == .completed else { return false }
    for name in ["meta.json", "meta.compacted.json"]
    where try block.place.store.holds(block.place.key(name)) {
      return true
    }
    return false
  }

  static func name(of file: BlockFile) -> String {
    String(file.file.name.split(separator: "/").last ?? "")
  }

  // MARK: Columns

  private mutating func checkChunks(
    _ file: BlockFile, _ group: Int, doneBefore done: Int, of total: Int
  ) throws(StorageError) {
    var nesting: [String: (digest: UInt64, leaf: String)] = [:]
    for leaf in file.file.leaves {
      let column = file.file.column(leaf, rowGroup: group)
      let place = "\(Self.name(of: file)) \(leaf.name), row group \(group)"
      let chunk: ChunkReport
      do throws(ParquetError) {
        chunk = try ChunkVerifier.verify(column, statistics: statistics)
      } catch {
        throw StorageError(error)
      }
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
      progress(done + leaf.index + 1, total)
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
