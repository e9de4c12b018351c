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
  let memory: LiveMemory

  init(_ memory: LiveMemory) { self.memory = memory }

  // MARK: Taking spans

  /// The chunk that spans of any trace go to now, made if need be; the number of its segment in
  /// `segments`.
  mutating func openChunk(blockID: () -> String, now: UInt64) -> Int {
    if segments.last.map({ !$0.isOpen }) ?? true {
      segments.append(
        LiveSegment(number: nextSegment, blockID: blockID(), startNanoseconds: now))
      nextSegment += 1
    }
    openChunk(in: segments.count - 1)
    return segments.count - 1
  }

  private mutating func openChunk(in index: Int) {
    guard segments[index].chunks.last.map(\.isFull) ?? true else { return }
    let before = segments.lazy.compactMap(\.chunks.last).last { $0.isFull }
    segments[index].chunks.append(LiveChunk(number: nextChunk, like: before, memory))
    nextChunk += 1
  }

  /// The segment that waits for some traces, by its number in `segments`.
  var endingSegment: Int? { segments.firstIndex { !$0.isSealed && $0.ending != nil } }

  /// Some spans of a request, and the segment they go to.
  struct Part {
    var segment: Int
    /// Spans of these traces go elsewhere.
    var leavingOut: Set<TraceID>
  }

  /// Where the spans of a request go, but those of the traces that are left out: those of a trace
  /// that a block waits for into that one.
  mutating func parts(
    _ traces: [TraceID], leavingOut: Set<TraceID>, blockID: () -> String, now: UInt64
  ) -> [Part] {
    guard let index = endingSegment, let ending = segments[index].ending else {
      return [Part(segment: openChunk(blockID: blockID, now: now), leavingOut: leavingOut)]
    }
    let kept = Set(traces).subtracting(leavingOut)
    let awaited = kept.filter { ending.contains($0) }
    let others = kept.subtracting(awaited)
    var parts: [Part] = []
    if !awaited.isEmpty {
      openChunk(in: index)
      segments[index].ending?.note(awaited, now: now)
      parts.append(Part(segment: index, leavingOut: leavingOut.union(others)))
    }
    if !others.isEmpty {
      parts.append(
        Part(
          segment: openChunk(blockID: blockID, now: now), leavingOut: leavingOut.union(awaited)))
    }
    return parts
  }

  /// Puts a request's record behind the others; its spans are in the last chunk of the segment.
  /// Returns whether somebody has to start writing.
  mutating func enqueue(
    _ record: [UInt8], spans: Int, segment index: Int, _ settings: IngestSettings, now: UInt64,
    then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void
  ) -> Bool {
    let last = segments[index].chunks.count - 1
    precondition(last >= 0, "a chunk was opened before")
    segments[index].chunks[last].noteArrival(now)
    pending.append(
      Pending(
        segment: segments[index].number, chunk: segments[index].chunks[last].number,
        mark: segments[index].chunks[last].table.mark,
        spanCount: segments[index].chunks[last].table.spanCount, record: record,
        takenSpanCount: spans, then: then))
    segments[index].pendingCount += 1
    segments[index].byteCount += record.count
    if segments[index].isOpen {
      if segments[index].byteCount >= settings.blockBytesMax { cut(index, settings, now: now) }
    } else if segments[index].byteCount / 2 >= settings.blockBytesMax {
      segments[index].isSealed = true
    }
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
    // Records of another log may be written later: they have an order among themselves only.
    var bytes = 0
    var (chosen, others): ([Pending], [Pending]) = ([], [])
    for one in pending {
      if one.segment == first.segment, bytes < Self.batchBytesMax {
        bytes += one.record.count
        chosen.append(one)
      } else {
        others.append(one)
      }
    }
    pending = others
    return Batch(segment: first.segment, blockID: segment.blockID, requests: chosen)
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

  /// Seals what is complete: the open segment when it is old enough, the one that waits for traces
  /// when none of them got spans for a while or it has waited long enough.
  mutating func sealIfDue(_ settings: IngestSettings, now: UInt64) {
    if let index = segments.indices.last, segments[index].isOpen,
      segments[index].chunks.contains(where: { $0.table.spanCount > 0 }),
      now &- segments[index].startNanoseconds >= settings.blockNanosecondsMax
    {
      cut(index, settings, now: now)
    }
    guard let index = endingSegment, let since = segments[index].ending?.sinceNanoseconds else {
      return
    }
    segments[index].ending?.forgetIdle(before: now - min(now, settings.idleNanoseconds))
    let isOver = now &- since >= settings.traceNanosecondsMax
    if isOver || segments[index].ending?.isEmpty ?? true { segments[index].isSealed = true }
  }

  /// The open segment is large or old enough: it waits for its traces to end, or is sealed at once
  /// where it is younger than that takes, or another one waits.
  private mutating func cut(_ index: Int, _ settings: IngestSettings, now: UInt64) {
    guard endingSegment == nil,
      now &- segments[index].startNanoseconds >= settings.idleNanoseconds
    else {
      sealWaiting()
      segments[index].isSealed = true
      return
    }
    let ending = EndingTraces(
      segments[index].chunks, now: now, idleNanoseconds: settings.idleNanoseconds)
    if ending.isEmpty {
      segments[index].isSealed = true
    } else {
      segments[index].ending = ending
    }
  }

  /// Memory is scarce: what waits is written as it is.
  mutating func sealWaiting() {
    if let index = endingSegment { segments[index].isSealed = true }
  }

  /// Nor does what is open wait until it is due.
  mutating func sealOpen() {
    if let index = segments.indices.last, segments[index].isOpen { segments[index].isSealed = true }
  }

  mutating func sealAll() {
    for index in segments.indices { segments[index].isSealed = true }
  }

  /// The segment's spans are stored.
  mutating func remove(segment number: Int) {
    for segment in segments where segment.number == number {
      for chunk in segment.chunks { chunk.memory.becomesHeld() }
    }
    segments.removeAll { $0.number == number }
  }
}
