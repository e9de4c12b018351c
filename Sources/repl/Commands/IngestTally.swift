import Storage
import Synchronization

/// What came of an ingest, counted by all who work at it, and shown while it runs.
final class IngestTally: Sendable {
  private struct Counts {
    var progress: IngestProgress
    var inputBytes = 0
    var decodedBytes = 0
    /// Bytes of files that have been read so far, decompressed.
    var plainBytes = 0
    var decodedSpans = 0
    var spans = 0
    var copies = 0
    var traces = 0
    var blocks = 0
    var blockBytes = 0
  }

  private let counts: Mutex<Counts>
  private let firstFailure = Mutex<CommandFailure?>(nil)
  private let start = ContinuousClock.now

  init(width: Int?) { counts = Mutex(Counts(progress: IngestProgress(width: width))) }

  /// Of what went wrong the first counts: the others stop because of it.
  var failure: CommandFailure? { firstFailure.withLock { $0 } }

  func fail(_ error: CommandFailure) {
    firstFailure.withLock { first in if first == nil { first = error } }
  }

  func read(bytes: Int, plain: Int) {
    counts.withLock { counts in
      counts.inputBytes += bytes
      counts.plainBytes += plain
    }
  }

  func decoded(bytes: Int, spans: Int, name: String) {
    counts.withLock { counts in
      counts.decodedBytes += bytes
      counts.decodedSpans += spans
      counts.progress.show(
        counts.decodedBytes, of: counts.plainBytes, name: name,
        spans: counts.decodedSpans - counts.spans - counts.copies)
    }
  }

  /// Names the block on standard output: it is complete.
  func wrote(_ metadata: BlockMetadata, spans: Int, copies: Int, at path: String) {
    counts.withLock { counts in
      counts.spans += spans
      counts.copies += copies
      counts.traces += metadata.traceCount
      counts.blocks += 1
      counts.blockBytes += metadata.byteCount
      counts.progress.clear()
      StandardStream.output.write(path + "\n")
    }
  }

  /// One line about all of it.
  func sayWhatCame() {
    let elapsed = (ContinuousClock.now - start).components
    let nanoseconds =
      elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000
    let seconds = max(1e-9, Double(nanoseconds) / 1e9)
    counts.withLock { counts in
      counts.progress.clear()
      var parts = [
        NumberText.counted(counts.spans, "span"), NumberText.counted(counts.traces, "trace"),
        NumberText.counted(counts.blocks, "block"),
        NumberText.bytes(counts.inputBytes) + " read",
        NumberText.bytes(counts.blockBytes) + " written",
        DurationText.format(nanoseconds: nanoseconds),
        NumberText.short(Double(counts.spans) / seconds) + " spans/s",
      ]
      if counts.copies > 0 {
        parts.insert(
          (counts.copies == 1 ? "1 copy" : NumberText.grouped(counts.copies) + " copies")
            + " left out", at: 1)
      }
      StandardStream.error.write(parts.joined(separator: " · ") + "\n")
    }
  }
}
