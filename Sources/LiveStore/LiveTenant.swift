import Dispatch
import Intake
import Spans
import Storage
import Synchronization
import WriteAheadLog

/// One tenant's spans on their way into blocks.
///
/// A request is decoded into the open chunk, its record queued in the same breath, so that memory
/// and log have one order. The queue's thread writes what has gathered with one synchronisation,
/// and only then do the spans count and the senders hear of it; what cannot be written is taken
/// back from memory and from the log.
final class LiveTenant: Sendable {
  let name: String
  private let folder: LogFolder
  let state: Mutex<LiveTenantState>
  private let queue: DispatchQueue
  private let files = Mutex<[Int: LogFile]>([:])

  init(name: String, folder: LogFolder, memory: LiveMemory) {
    self.name = name
    state = Mutex(LiveTenantState(memory))
    self.folder = folder
    queue = DispatchQueue(label: "write-ahead log of \(name)")
  }

  // MARK: Taking

  /// Takes a request; `then` is told how many spans were taken once they are on disk, or why not.
  func take(
    _ format: SpanFormat, _ body: [UInt8], _ settings: IngestSettings, now: UInt64,
    then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void
  ) {
    let isSorted = state.withLock { state in
      state.counts.ingressBytes += body.count
      return state.endingSegment != nil
    }
    let isLimited = settings.liveTracesMax > 0 || settings.traceBytesMax > 0
    let outcome: Result<Bool, IngestRefusal>
    if format == .otlpProtobuf, !isLimited, !isSorted {
      outcome = takeDirectly(body, settings, now: now, then: then)
    } else {
      outcome = takeSorted(format, body, settings, now: now, then: then)
    }
    switch outcome {
    case .success(true): queue.async { self.drain(settings.durability == .always) }
    case .success(false): break
    case .failure(let refusal): then(.failure(refusal))
    }
  }

  /// The fast way: protobuf is decoded where it stays. Returns whether the log has to be started.
  private func takeDirectly(
    _ body: [UInt8], _ settings: IngestSettings, now: UInt64,
    then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void
  ) -> Result<Bool, IngestRefusal> {
    let record = Self.record(.otlpProtobuf, body, settings)
    let (outcome, isEmpty): (Result<Bool, IngestRefusal>, Bool) = state.withLock { state in
      let segment = state.openChunk(blockID: BlockID.random, now: now)
      let chunk = state.segments[segment].chunks.count - 1
      let mark = state.segments[segment].chunks[chunk].table.mark
      var decoder = OTLPDecoder(attributeBytesMax: settings.attributeBytesMax)
      let spans: Int
      do throws(IntakeError) {
        spans = try decoder.decode(body, into: &state.segments[segment].chunks[chunk].table)
      } catch {
        return (.failure(refuse(error, .otlpProtobuf, body, &state)), false)
      }
      if spans == 0 { return (.success(false), true) }
      if let refusal = state.rateRefusal(body.count, spans, settings, tenant: name, now: now) {
        state.segments[segment].chunks[chunk].table.truncate(to: mark)
        return (.failure(refusal), false)
      }
      state.note(bytes: body.count, truncated: decoder.truncated)
      return (
        .success(
          state.enqueue(
            record, spans: spans, segment: segment, settings, now: now, then: then)), false
      )
    }
    if isEmpty { then(.success(0)) }
    return outcome
  }

  /// Decodes on the side: spans past a limit are left behind, those of traces that a block waits
  /// for go to that one.
  private func takeSorted(
    _ format: SpanFormat, _ body: [UInt8], _ settings: IngestSettings, now: UInt64,
    then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void
  ) -> Result<Bool, IngestRefusal> {
    var table = SpanTable()
    let truncated: TruncationCounts
    do throws(IntakeError) {
      truncated = try format.decode(
        body, attributeBytesMax: settings.attributeBytesMax, into: &table)
    } catch {
      return .failure(state.withLock { refuse(error, format, body, &$0) })
    }
    let spans = table.spanCount
    let whole = table
    let (outcome, taken): (Result<Bool, IngestRefusal>, Int) = state.withLock { state in
      guard spans > 0 else { return (.success(false), 0) }
      if let refusal = state.rateRefusal(body.count, spans, settings, tenant: name, now: now) {
        return (.failure(refusal), spans)
      }
      let dropped = state.limit(whole, byteCount: body.count, settings, now: now)
      state.note(bytes: body.count, truncated: truncated)
      let kept = dropped.isEmpty ? spans : whole.traceIDs.count { !dropped.contains($0) }
      guard kept > 0 else { return (.success(false), 0) }
      let parts = state.parts(
        whole.traceIDs, leavingOut: dropped, blockID: BlockID.random, now: now)
      let told = PartsTold(parts.count, then)
      var starts = false
      for part in parts {
        let chunk = state.segments[part.segment].chunks.count - 1
        let before = state.segments[part.segment].chunks[chunk].table.spanCount
        state.segments[part.segment].chunks[chunk].table.append(
          contentsOf: whole, .init(leavingOut: part.leavingOut))
        let added = state.segments[part.segment].chunks[chunk].table.spanCount - before
        let record = Self.record(format, body, settings, dropped: part.leavingOut)
        starts =
          state.enqueue(
            record, spans: added, segment: part.segment, settings, now: now, then: told.tell)
          || starts
      }
      return (.success(starts), kept)
    }
    // Nothing to keep: refused silently, or sent empty.
    if case .success = outcome, taken == 0 { then(.success(0)) }
    return outcome
  }

  private static func record(
    _ format: SpanFormat, _ body: [UInt8], _ settings: IngestSettings,
    dropped: Set<TraceID> = []
  ) -> [UInt8] {
    LogRecord.request(
      LoggedRequest(
        format: format.rawValue, attributeBytesMax: UInt32(clamping: settings.attributeBytesMax),
        droppedTraces: dropped.sorted().flatMap(\.bytes), body: body)
    ).encoded
  }

  /// Counts a request that is refused: all its spans if an identifier is the reason
  /// (ingest.md 7.3).
  private func refuse(
    _ error: IntakeError, _ format: SpanFormat, _ body: [UInt8], _ state: inout LiveTenantState
  ) -> IngestRefusal {
    state.counts.requestsRefused += 1
    switch error {
    case .invalidTraceID(let text):
      state.counts.discard(format.announcedSpanCount(body), .invalidTraceID)
      return .invalidTraceID(text)
    case .invalidSpanID(let text):
      state.counts.discard(format.announcedSpanCount(body), .invalidSpanID)
      return .invalidSpanID(text)
    case .malformed, .unknownFormat, .unreadable: return .malformed(error.description)
    }
  }

  // MARK: Writing the log; on the queue's thread

  private func drain(_ isSafe: Bool) {
    while let batch = state.withLock({ $0.nextBatch() }) { write(batch, isSafe: isSafe) }
  }

  private func write(_ batch: LiveTenantState.Batch, isSafe: Bool) {
    do throws(LogError) {
      let file = try log(of: batch)
      try file.append(batch.requests.map(\.record), isSafe: isSafe)
      state.withLock { state in
        if isSafe { state.counts.logSyncs += 1 }
        state.confirm(batch)
      }
      for request in batch.requests { request.then(.success(request.takenSpanCount)) }
    } catch {
      let isBroken = files.withLock { $0[batch.segment]?.isBroken ?? false }
      let lost = state.withLock { $0.rollBack(batch, sealing: isBroken) }
      for request in lost { request.then(.failure(.unavailable(error.message))) }
    }
  }

  private func log(of batch: LiveTenantState.Batch) throws(LogError) -> LogFile {
    if let known = files.withLock({ $0[batch.segment] }) { return known }
    let fresh = try folder.createLog(
      LogFolder.Name(tenant: name, number: batch.segment, blockID: batch.blockID))
    files.withLock { $0[batch.segment] = fresh }
    return fresh
  }

  /// Makes sure of what was acknowledged before it was on disk; returns what went wrong.
  func synchronize() -> LogError? {
    queue.sync {
      var failure: LogError?
      for (number, file) in files.withLock({ $0 }) {
        do throws(LogError) {
          try file.synchronize()
        } catch {
          failure = error
          state.withLock { state in
            for index in state.segments.indices where state.segments[index].number == number {
              state.segments[index].isSealed = true
            }
          }
        }
      }
      return failure
    }
  }

  /// The segment's spans are in a block that queries find.
  func forget(_ segment: LiveSegment) {
    state.withLock { $0.remove(segment: segment.number) }
    files.withLock { _ = $0.removeValue(forKey: segment.number) }
  }

  /// The log of a segment that is forgotten goes, or is put aside if it has damage.
  func removeLog(of segment: LiveSegment) throws(LogError) {
    let log = LogFolder.Name(tenant: name, number: segment.number, blockID: segment.blockID)
    if segment.isDamaged { try folder.putAside(log) } else { try folder.remove(log) }
  }
}

/// Tells a sender once of its request, when each part of it is safe or is not: whoever hears of one
/// that is not sends all again, and what was safe is then known as a copy.
private final class PartsTold: Sendable {
  private struct State {
    var left: Int
    var result: Result<Int, IngestRefusal> = .success(0)
  }

  private let state: Mutex<State>
  private let then: @Sendable (Result<Int, IngestRefusal>) -> Void

  init(_ count: Int, _ then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void) {
    state = Mutex(State(left: count))
    self.then = then
  }

  @Sendable func tell(_ result: Result<Int, IngestRefusal>) {
    let whole: Result<Int, IngestRefusal>? = state.withLock { state in
      state.left -= 1
      if case .success(let sum) = state.result { state.result = result.map { $0 + sum } }
      return state.left == 0 ? state.result : nil
    }
    if let whole { then(whole) }
  }
}

// MARK: Limits

extension LiveTenantState {
  fileprivate mutating func note(bytes: Int, truncated: TruncationCounts) {
    counts.bytesReceived += bytes
    counts.attributesTruncated += truncated
  }

  /// Why a request is too much just now (ingest.md 7.2).
  fileprivate mutating func rateRefusal(
    _ bytes: Int, _ spans: Int, _ settings: IngestSettings, tenant: String, now: UInt64
  ) -> IngestRefusal? {
    let rate = settings.rateBytes
    guard rate > 0 else { return nil }
    let burst = settings.burstBytes > 0 ? settings.burstBytes : rate
    var bucket = bucket ?? TokenBucket(burst: burst, now: now)
    defer { self.bucket = bucket }
    if bucket.take(bytes, rate: rate, burst: burst, now: now) { return nil }
    counts.discard(spans, .rateLimited)
    counts.requestsRefused += 1
    let limit = "(local: \(rate) bytes/s, global: 0 bytes/s, burst: \(burst) bytes)"
    if bytes > max(rate, burst) {
      return .rateLimited(
        "RATE_LIMITED: batch size (\(bytes) bytes) exceeds ingestion limit \(limit) while adding "
          + "\(bytes) bytes for user \(tenant). consider reducing batch size or increasing rate "
          + "limit.")
    }
    return .rateLimited(
      "RATE_LIMITED: ingestion rate limit \(limit) exceeded while adding \(bytes) bytes for user "
        + "\(tenant). consider increasing the limit or reducing ingestion rate.")
  }

  /// The traces whose spans in this request are left behind, which its sender is not told
  /// (ingest.md 7.3).
  fileprivate mutating func limit(
    _ table: SpanTable, byteCount: Int, _ settings: IngestSettings, now: UInt64
  ) -> Set<TraceID> {
    guard settings.liveTracesMax > 0 || settings.traceBytesMax > 0 else { return [] }
    let verdict = traces.take(
      table.traceIDs, byteCount: byteCount, countMax: settings.liveTracesMax,
      bytesMax: settings.traceBytesMax, now: now)
    guard !verdict.all.isEmpty else { return [] }
    counts.discard(table.traceIDs.count { verdict.tooLarge.contains($0) }, .traceTooLarge)
    counts.discard(table.traceIDs.count { verdict.tooMany.contains($0) }, .liveTracesExceeded)
    return verdict.all
  }
}
