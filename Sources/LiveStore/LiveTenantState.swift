import Spans
import WriteAheadLog

/// What a tenant has that is in no block yet, as a value: events in, decisions out, no I/O.
struct LiveTenantState: Sendable {
  /// A request whose spans are in memory and whose record is on its way to the disk.
  struct Pending: Sendable {
    var segment: Int
    var chunk: Int
    var mark: SpanTable.Mark
    /// Spans of the chunk with this request.
    var spanCount: Int
    var record: [UInt8]
    var takenSpanCount: Int
    var then: @Sendable (Result<Int, IngestRefusal>) -> Void
  }

  /// Oldest first; the last one takes spans unless it is sealed.
  var segments: [LiveSegment] = []
  var pending: [Pending] = []
  var isDraining = false
  var counts = IngestCounts()
  var nextSegment = 1
  var nextChunk = 1
  var bucket: TokenBucket?
  var traces = LiveTraces()

  var memoryBytes: Int { segments.reduce(0) { $0 + $1.memoryBytes } }

  // MARK: Taking spans

  /// The chunk that spans go to now, made if need be.
  mutating func openChunk(blockID: () -> String, now: UInt64) {
    if segments.last.map(\.isSealed) ?? true {
      segments.append(
        LiveSegment(
          number: nextSegment, blockID: blockID(), startNanoseconds: now, lastNanoseconds: now))
      nextSegment += 1
    }
    if segments[segments.count - 1].chunks.last.map(\.isFull) ?? true {
      let before = segments.lazy.compactMap(\.chunks.last).last { $0.isFull }
      segments[segments.count - 1].chunks.append(LiveChunk(number: nextChunk, like: before))
      nextChunk += 1
    }
  }

  /// Puts a request's record behind the others; its spans are in the open chunk. Returns whether
  /// somebody has to start writing.
  mutating func enqueue(
    _ record: [UInt8], spans: Int, now: UInt64, bytesMax: Int,
    then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void
  ) -> Bool {
    let last = segments.count - 1
    guard let chunk = segments[last].chunks.last else {
      preconditionFailure("a chunk was opened before")
    }
    pending.append(
      Pending(
        segment: segments[last].number, chunk: chunk.number, mark: chunk.table.mark,
        spanCount: chunk.table.spanCount, record: record, takenSpanCount: spans, then: then))
    segments[last].pendingCount += 1
    segments[last].byteCount += record.count
    segments[last].lastNanoseconds = now
    if segments[last].byteCount >= bytesMax { segments[last].isSealed = true }
    defer { isDraining = true }
    return !isDraining
  }

  // MARK: Writing the log

  struct Batch: Sendable {
    var segment: Int
    var blockID: String
    var requests: [Pending]
  }

  /// Bytes of records that are written at a time.
  private static let batchBytesMax = 32 << 20

  /// The next records of one log; nil if there are none, and then nobody is writing any more.
  mutating func nextBatch() -> Batch? {
    guard let first = pending.first,
      let segment = segments.first(where: { $0.number == first.segment })
    else {
      isDraining = false
      return nil
    }
    var bytes = 0
    let count = pending.prefix { one in
      defer { bytes += one.record.count }
      return one.segment == first.segment && bytes < Self.batchBytesMax
    }.count
    let batch = Batch(
      segment: first.segment, blockID: segment.blockID, requests: Array(pending.prefix(count)))
    pending.removeFirst(count)
    return batch
  }

  /// The batch is on disk: its spans count.
  mutating func confirm(_ batch: Batch) {
    guard let index = segments.firstIndex(where: { $0.number == batch.segment }) else {
      preconditionFailure("segments with requests on their way stay")
    }
    for request in batch.requests {
      segments[index].pendingCount -= 1
      counts.logBytesWritten += request.record.count
      counts.spansReceived += request.takenSpanCount
      guard let chunk = segments[index].chunks.firstIndex(where: { $0.number == request.chunk })
      else { preconditionFailure("chunks stay as long as their segment") }
      segments[index].chunks[chunk].confirm(request.mark, spanCount: request.spanCount)
    }
  }

  /// What is on disk and in no block yet.
  func views(tenant: String) -> [ChunkView] {
    segments.flatMap { segment in
      segment.chunks.filter { $0.durableSpanCount > 0 }.map {
        $0.view(tenant: tenant, blockID: segment.blockID)
      }
    }
  }

  /// The batch is not on disk: neither it nor what came after it counts. Returns whom to tell.
  mutating func rollBack(_ batch: Batch, sealing: Bool) -> [Pending] {
    let lost = batch.requests + pending
    pending.removeAll()
    for request in lost {
      guard let index = segments.firstIndex(where: { $0.number == request.segment }) else {
        continue
      }
      segments[index].pendingCount -= 1
      segments[index].byteCount -= request.record.count
    }
    for index in segments.indices {
      for chunk in segments[index].chunks.indices { segments[index].chunks[chunk].rollBack() }
      if sealing, segments[index].number == batch.segment { segments[index].isSealed = true }
    }
    counts.requestsRefused += lost.count
    return lost
  }

  // MARK: Cutting blocks

  /// Seals the open segment if its time has come: it is old enough and no trace of it got spans
  /// for a while, or it has waited for that long enough.
  mutating func sealIfDue(_ settings: IngestSettings, now: UInt64) {
    guard let last = segments.indices.last, !segments[last].isSealed,
      segments[last].chunks.contains(where: { $0.table.spanCount > 0 })
    else { return }
    let age = now &- segments[last].startNanoseconds
    let idle = now &- segments[last].lastNanoseconds
    let patience = settings.blockNanosecondsMax &+ 10 &* settings.idleNanoseconds
    if age >= patience || (age >= settings.blockNanosecondsMax && idle >= settings.idleNanoseconds)
    {
      segments[last].isSealed = true
    }
  }

  mutating func sealAll() {
    for index in segments.indices { segments[index].isSealed = true }
  }

  mutating func remove(segment number: Int) { segments.removeAll { $0.number == number } }
}
