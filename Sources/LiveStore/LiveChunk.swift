import Spans

/// Some requests' spans of one tenant, in the order of the log. The last chunk of a segment grows.
///
/// Spans are appended when a request comes, and count once its record is on disk: up to `durable`.
struct LiveChunk: Sendable {
  let number: Int
  var table = SpanTable()
  private(set) var durable: SpanTable.Mark
  private(set) var durableSpanCount = 0
  /// Of each request when it came, and the spans there were with it.
  private(set) var arrivals: [Arrival] = []
  let image = ChunkImage()
  let memory: ChunkMemory

  struct Arrival: Sendable {
    var nanoseconds: UInt64
    var spanCount: Int
  }

  /// A chunk of so many spans is not added to: it becomes a block in memory once. This bounds what
  /// a query has to encode: the one chunk that still grows.
  static let spanCountMax = 16_384

  /// `before`: a chunk like this one, which says how much room it will take.
  init(number: Int, like before: LiveChunk? = nil, _ account: LiveMemory) {
    self.number = number
    memory = ChunkMemory(account)
    if let before { table.reserve(like: before.table) }
    durable = table.mark
  }

  /// Of spans that are in a log already.
  init(number: Int, restoring table: SpanTable, _ account: LiveMemory) {
    self.number = number
    self.table = table
    memory = ChunkMemory(account)
    durable = table.mark
    durableSpanCount = table.spanCount
    memory.note(tableBytes: table.memoryBytes)
  }

  var isFull: Bool { table.spanCount >= Self.spanCountMax }

  func view(tenant: String, blockID: String) -> ChunkView {
    ChunkView(
      tenant: tenant, blockID: blockID, table: table, durable: durable,
      spanCount: durableSpanCount, image: image, memory: memory)
  }

  mutating func confirm(_ mark: SpanTable.Mark, spanCount: Int) {
    durable = mark
    durableSpanCount = spanCount
  }

  /// What was appended last came now.
  mutating func noteArrival(_ now: UInt64) {
    arrivals.append(Arrival(nanoseconds: now, spanCount: table.spanCount))
    memory.note(tableBytes: table.memoryBytes)
  }

  /// The traces of the spans that came at `nanoseconds` or later.
  func traces(since nanoseconds: UInt64) -> ArraySlice<TraceID> {
    let before = arrivals.last { $0.nanoseconds < nanoseconds }?.spanCount ?? 0
    return table.traceIDs[min(before, table.spanCount)...]
  }

  /// Forgets what did not reach the disk.
  mutating func rollBack() {
    table.truncate(to: durable)
    arrivals.removeAll { $0.spanCount > table.spanCount }
    memory.note(tableBytes: table.memoryBytes)
  }
}

/// What becomes one block: chunks, and the log that keeps them until then.
struct LiveSegment: Sendable {
  let number: Int
  let blockID: String
  let startNanoseconds: UInt64
  /// The traces that the block waits for, once it is due; nothing else is added then.
  var ending: EndingTraces?
  var chunks: [LiveChunk] = []
  /// Bytes of the log's records, those on their way included.
  var byteCount = 0
  /// Requests whose records are not on disk yet.
  var pendingCount = 0
  var isSealed = false
  /// The log has damage: it is put aside, not removed.
  var isDamaged = false

  var spanCount: Int { chunks.reduce(0) { $0 + $1.durableSpanCount } }
  var isWritable: Bool { isSealed && pendingCount == 0 }
  /// Takes spans of any trace.
  var isOpen: Bool { !isSealed && ending == nil }
}
