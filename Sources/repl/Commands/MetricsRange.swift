import Engine
import Storage

/// The time a metrics query is about: what was asked for, and where nothing was, what the data
/// holds.
struct MetricsRange {
  /// Unix nanoseconds.
  var start: Int64
  var end: Int64

  init(_ range: Settings.TimeRange?, _ blocks: [Block], isInstant: Bool, now: UInt64) {
    let held = blocks.compactMap(\.metadata.timeRange)
    let first = held.map(\.lowerBound).min() ?? now - min(now, 3_600_000_000_000)
    // Blocks end where their last span starts, to the second.
    let last = held.map(\.upperBound).max() ?? now
    // The interval of an instant query is open at its start: the first span must lie behind it.
    let before = first > 0 && isInstant ? first - 1 : first
    // An end that was not given is beyond all times.
    let isOpen = range.map { $0.upperBound >= UInt64(Int64.max) } ?? true
    let isBare = range.map { $0.lowerBound == 0 } ?? true
    start = Int64(clamping: isBare ? before : range?.lowerBound ?? before)
    end = Int64(
      clamping: isOpen ? max(last, UInt64(clamping: start) + 1) : range?.upperBound ?? last)
  }

  /// The intervals, by the rules of Tempo.
  func window(
    stepNanoseconds: UInt64?, isInstant: Bool, now: UInt64
  ) throws(CommandFailure) -> MetricsWindow {
    let rules = MetricsTimeRules(nowNanoseconds: Int64(clamping: now))
    do throws(MetricsTimeRules.Refusal) {
      return isInstant
        ? try rules.instant(start: start, end: end)
        : try rules.range(
          start: start, end: end, step: stepNanoseconds.map { Int64(clamping: $0) })
    } catch {
      throw CommandFailure(error.message, code: .badRequest)
    }
  }
}
