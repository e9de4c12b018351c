import Engine
import Storage

/// The time a metrics query is about: what was asked for, and where nothing was, what the data
/// holds.
struct MetricsRange: Sendable {
  /// Unix nanoseconds.
  var start: Int64
  var end: Int64
  /// One value for the whole range.
  var isInstant: Bool
  /// nil: chosen by the length of the range.
  var stepNanoseconds: UInt64?
  private var now: UInt64

  /// Of data that nobody knows the times of, what is no older than that.
  private static let ageWithoutTimes: UInt64 = 3_600_000_000_000

  /// `held`: the time the data covers.
  init(
    _ range: Settings.TimeRange?, held: ClosedRange<UInt64>?, stepNanoseconds: UInt64?,
    isInstant: Bool, now: UInt64
  ) {
    let first = held?.lowerBound ?? now - min(now, Self.ageWithoutTimes)
    // Blocks end where their last span starts, to the second.
    let last = held?.upperBound ?? now
    // The interval of an instant query is open at its start: the first span must lie behind it.
    let before = first > 0 && isInstant ? first - 1 : first
    // An end that was not given is beyond all times.
    let isOpen = range.map { $0.upperBound >= UInt64(Int64.max) } ?? true
    let isBare = range.map { $0.lowerBound == 0 } ?? true
    start = Int64(clamping: isBare ? before : range?.lowerBound ?? before)
    end = Int64(
      clamping: isOpen ? max(last, UInt64(clamping: start) + 1) : range?.upperBound ?? last)
    self.stepNanoseconds = stepNanoseconds
    self.isInstant = isInstant
    self.now = now
  }

  /// Distances of samples that people know.
  private static let knownSteps: [UInt64] =
    [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600]
    .map { $0 * 1_000_000_000 } + [43_200_000_000_000, 86_400_000_000_000, 604_800_000_000_000]

  /// Takes a step so long that there are no more samples than `columns`, unless one was asked for:
  /// a picture shows no more, and what it shows is clearer.
  mutating func fit(columns: Int?) {
    guard let columns, stepNanoseconds == nil, !isInstant, end > start else { return }
    let least = UInt64(end - start) / UInt64(max(8, columns))
    stepNanoseconds = Self.knownSteps.first { $0 >= least }
  }

  /// The intervals, by the rules of Tempo.
  func window() throws(CommandFailure) -> MetricsWindow {
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

extension [Block] {
  /// The time that blocks cover together; nil if none of them says.
  var timeRange: ClosedRange<UInt64>? {
    let ranges = compactMap(\.metadata.timeRange)
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else { return nil }
    return first...last
  }
}
