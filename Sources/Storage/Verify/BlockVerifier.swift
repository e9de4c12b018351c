import Columns
package import Parquet

/// Reads every byte of a block and checks all that must hold (blocks.md 8).
package struct BlockVerifier {
  let block: Block
  let statistics: ReadStatistics
  var report = BlockReport()
  let threadCount: Int
  let progress: VerifyProgress

  /// Findings of one check at one place that are told one by one.
  private static let findingsPerCheckMax = 5

  /// Checks one block. If `statistics` are cancelled, the report has what was found by then, and
  /// says that it is a part.
  package static func verify(
    _ block: Block, statistics: ReadStatistics = ReadStatistics(), threadCount: Int = 1,
    progress: VerifyProgress = VerifyProgress()
  ) async -> BlockReport {
    var verifier = BlockVerifier(
      block: block, statistics: statistics, threadCount: threadCount, progress: progress)
    do throws(StorageError) {
      try await verifier.run()
    } catch {
      verifier.found(error, block.location)
    }
    if statistics.isCancelled {
      verifier.report.isPartial = true
      verifier.found(
        .warning, "stopped", block.location, "not all was checked: " + progress.snapshot().text)
    }
    return verifier.report
  }

  init(
    block: Block, statistics: ReadStatistics, threadCount: Int, progress: VerifyProgress
  ) {
    self.block = block
    self.statistics = statistics
    self.threadCount = threadCount
    self.progress = progress
  }

  /// What cannot be read; being stopped is no finding.
  mutating func found(_ error: StorageError, _ place: String) {
    if case .parquet(let problem) = error, problem.kind == .cancelled { return }
    found(.damage, "open", place, "\(error)")
  }

  /// Adds the findings of a part of the work.
  mutating func found(_ part: BlockReport) {
    for finding in part.findings {
      found(
        finding.severity, finding.check, finding.place, at: finding.offset, finding.message)
    }
    report.spanCount += part.spanCount
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

  private mutating func run() async throws(StorageError) {
    let files = try block.files()
    for warning in block.warnings { found(.warning, "file", block.location, warning) }
    if try hasObjects(), let file = files.first { try checkObjects(file) }
    for file in files {
      checkLeaves(file)
      report.columnCount = max(report.columnCount, file.file.leaves.count)
      report.traceCount += file.file.rowCount
    }
    let groups = files.flatMap { file in
      file.file.rowGroups.indices.map { RowGroupPlace(file: file, number: $0) }
    }
    // What is derived from columns can only be judged where columns can be read.
    await checkTraces(try await checkChunks(groups))
    for file in files { report.byteCount += file.file.byteCount }
  }

  private mutating func checkLeaves(_ file: BlockFile) {
    guard !block.metadata.isPreview, case .completed = block.place.content else { return }
    let name = Self.name(of: file)
    let list = LeafList(
      version: file.schema.version, dedicated: block.metadata.dedicatedColumns)
    if let fault = list.fault(in: file.file.leaves) {
      found(.damage, "columns", name, fault)
    } else {
      for fault in list.annotationFaults(in: file.file.leaves) {
        found(.warning, "annotations", name, fault)
      }
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
}

/// A row group of one of a block's files.
struct RowGroupPlace: Sendable {
  var file: BlockFile
  var number: Int

  var rowCount: Int { file.file.rowGroups[number].rowCount }
}
