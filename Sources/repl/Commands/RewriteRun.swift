import BlockWriter
import Compaction
import Engine
import Storage
import Synchronization

/// Blocks made anew one after the other: with a line that says how far it is, until Ctrl-C, after
/// which nothing half done is left.
struct RewriteRun {
  private let session: Session
  private let start = Clock.monotonicNanoseconds()
  /// What the flags say of new blocks; nil: as the old ones are.
  private let choice: DedicatedColumnChoice?
  private let rowGroupBytes: Int?
  private(set) var spansRead = 0
  private(set) var spansWritten = 0
  private(set) var bytesRead = 0
  private(set) var bytesWritten = 0
  private(set) var blocksWritten = 0

  /// Reads the flags: what is wrong with them is said before anything is opened.
  init(_ session: Session) throws(CommandFailure) {
    self.session = session
    choice = try session.dedicatedColumns()
    rowGroupBytes = try session.bytes(.rowGroupSize)
  }

  /// Runs one rewrite and retires what it replaces; nil if Ctrl-C came.
  mutating func run(
    _ rewrite: BlockRewrite, _ compactor: Compactor, what: String
  ) async throws(CommandFailure) -> BlockRewrite.Outcome? {
    let spans = Atomic<Int>(spansRead)
    let before = spansRead
    let started = start
    let width = session.terminal.errorWidth
    var display: QueryWatch.Display?
    if let width {
      display = QueryWatch.Display { _, _ in
        let count = spans.load(ordering: .relaxed)
        let seconds = Double(Clock.monotonicNanoseconds() - started) / 1e9
        let line =
          "\(what) · \(NumberText.counted(count, "span")) · "
          + "\(NumberText.short(Double(count) / max(seconds, 1e-9))) spans/s"
        return [DisplayWidth.truncated(line, to: max(1, width - 1))]
      }
    }
    let (result, outcome) = await QueryWatch.run(timeoutNanoseconds: nil, display: display) {
      progress async throws(StorageError) -> BlockRewrite.Outcome in
      try await compactor.run(
        rewrite, progress: { spans.store(before + $0, ordering: .relaxed) },
        isCancelled: { progress.isCancelled })
    }
    switch result {
    case .success(let done):
      spansRead += done.spansRead
      spansWritten += done.spansWritten
      bytesRead += rewrite.blocks.reduce(0) { $0 + $1.metadata.byteCount }
      if let metadata = done.metadata {
        bytesWritten += metadata.byteCount
        blocksWritten += 1
      }
      return done
    case .failure(let error):
      if outcome == .interrupted { return nil }
      throw CommandFailure(error)
    }
  }

  /// A rewrite with what the flags say of it.
  func rewrite(_ blocks: [Block]) -> BlockRewrite {
    var rewrite = BlockRewrite(merging: blocks)
    rewrite.threadCount = session.threadCount
    rewrite.choice = choice
    if let rowGroupBytes { rewrite.rowGroupBytes = rowGroupBytes }
    return rewrite
  }

  /// Sizes, times and speed, on standard error.
  func sayWhatWasDone(_ extra: [String] = []) {
    let nanoseconds = Clock.monotonicNanoseconds() - start
    let seconds = max(1e-9, Double(nanoseconds) / 1e9)
    var parts = [NumberText.counted(blocksWritten, "block") + " written"]
    if spansRead > 0 {
      parts.append(NumberText.counted(spansWritten, "span"))
      let copies = spansRead - spansWritten
      if copies > 0 {
        parts.append((copies == 1 ? "1 copy" : NumberText.grouped(copies) + " copies") + " merged")
      }
      parts.append("\(NumberText.bytes(bytesRead)) to \(NumberText.bytes(bytesWritten))")
      parts.append(DurationText.format(nanoseconds: Int64(clamping: nanoseconds)))
      parts.append(NumberText.short(Double(spansRead) / seconds) + " spans/s")
    }
    StandardStream.error.write((parts + extra).joined(separator: " · ") + "\n")
  }

  static let interrupted = "interrupted; what was under way is undone, what was finished stays"
}
