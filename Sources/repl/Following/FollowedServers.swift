import Engine
import Remote
import TraceQL

/// Servers with Tempo's API, asked again and again for what was a while ago: spans are found some
/// time after they were, and windows that overlap miss none of them.
struct FollowedServers {
  private let clients: [TempoClient]
  private let query: String
  private var options: QueryOptions
  private var shown: ShownMatches
  private var isFirst = true

  /// What is looked at in the beginning, unless somebody says from when on.
  private static let firstSeconds: UInt64 = 3_600
  /// Spans that come later than this are missed: a server of Tempo's shows none for half a minute,
  /// and may keep those of a trace that goes on for as long.
  private static let windowSeconds: UInt64 = 300
  /// Traces asked for at a time. An answer with so many may lack some: its time is cut in two.
  private static let tracesMax = 1_000
  /// Spans of a span set that every server lists.
  private static let spansMax = 100
  private static let second: UInt64 = 1_000_000_000

  /// `now`: Unix nanoseconds.
  init(_ query: Query, _ options: QueryOptions, _ session: Session) {
    clients = session.settings.sourcePaths.map {
      TempoClient(baseURL: $0, tenant: session.settings.tenant)
    }
    self.query = query.description
    self.options = options
    self.options.limit = Self.tracesMax
    if options.spansPerSpanSet == 0 { self.options.spansPerSpanSet = Self.spansMax }
    shown = ShownMatches(rows: session.settings.rows)
  }

  /// What matches now and was not shown before, the oldest first; `now`: Unix nanoseconds.
  mutating func look(
    _ progress: QueryProgress, now: UInt64
  ) throws(CommandFailure) -> FollowedLook {
    let reach = (isFirst ? Self.firstSeconds : Self.windowSeconds) * Self.second
    var start = now - min(now, reach)
    if let since = options.timeRange?.lowerBound {
      start = isFirst ? since : max(since, start)
    }
    var look = FollowedLook()
    var found: [TraceMatch] = []
    for client in clients {
      do throws(RemoteError) {
        try ask(client, min(start, now)...now, progress, &found, &look)
      } catch .cancelled {
        return FollowedLook()
      } catch {
        throw CommandFailure(error)
      }
    }
    found.sort { $0.startNanoseconds < $1.startNanoseconds }
    look.matches = found.compactMap { shown.unseen($0) }
    isFirst = false
    return look
  }

  private func ask(
    _ client: TempoClient, _ range: ClosedRange<UInt64>, _ progress: QueryProgress,
    _ found: inout [TraceMatch], _ look: inout FollowedLook
  ) throws(RemoteError) {
    var options = options
    options.timeRange = range
    let result = try client.search(query, options: options, progress: progress)
    look.sentences += result.partialReasons.map { "partial answer of \(client.baseURL): \($0)" }
    let isWide = range.upperBound - range.lowerBound > 2 * Self.second
    if result.traces.count >= Self.tracesMax, isWide {
      let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
      try ask(client, range.lowerBound...middle, progress, &found, &look)
      return try ask(client, middle...range.upperBound, progress, &found, &look)
    }
    if result.traces.count >= Self.tracesMax {
      look.sentences.append(
        "\(client.baseURL) has more than \(Self.tracesMax) matches a second; some are not shown")
    }
    let isCut = result.traces.contains { trace in
      trace.spanSets.contains { $0.matched > $0.spans.count && $0.spans.count >= Self.spansMax }
    }
    if isCut, options.spansPerSpanSet == Self.spansMax {
      look.sentences.append(
        "\(client.baseURL) lists \(Self.spansMax) spans of a trace at most; some are not shown")
    }
    found += result.traces
  }
}
