import Engine
import TestSupport

/// The times of one request, put to engine and oracle.
package struct WindowCase {
  var rules: OracleTimeRules
  var start: Int64
  var end: Int64
  /// Nil: the default. Never negative, which no request can say.
  var step: Int64?
  var isInstant: Bool

  package init(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let second: Int64 = 1_000_000_000
    func some(_ texts: [Double]) -> Int64 { Int64(random.pick(texts) * 1e9) }
    let now = some([1_768_435_200, 1_768_435_217.5, 40, 90_000])
    rules = OracleTimeRules(
      now: now, cutoff: some([0, 30, 30, 0.25]), durationMax: some([0, 86_400, 600]),
      intervalsMax: random.pick([0, 10_000, 10_000, 11]))
    end = now + Int64(random.integer(-5_000...100)) * random.pick([1, 17, second / 20, second])
    let length = some([0, 1, 12, 13, 29.5, 59, 60, 240, 241, 600, 1_200, 3_600, 86_400, 90_000])
    start = end - length - Int64(random.integer(-3...3)) * random.pick([0, 1, 250_000_000])
    let steps = [0, 0.05, 0.000001, 0.0005, 0.7, 1, 7, 10, 60, 86_400, 0.000000003]
    step = random.chance(percent: 30) ? nil : some(steps)
    isInstant = random.chance(percent: 25)
    // Before 1970 is not what the specification is about.
    start = max(0, start)
    end = max(start, end)
  }

  package func difference() -> String? {
    // Without a limit of intervals a step of a few nanoseconds is asked for by nobody.
    if rules.intervalsMax == 0, (end - start) / max(step ?? 1_000_000, 1) > 100_000 || step == 0 {
      return nil
    }
    let expected =
      isInstant
      ? rules.instant(start: start, end: end) : rules.range(start: start, end: end, step: step)
    return expected == actual ? nil : "\(self)\nengine \(actual)\noracle \(expected)"
  }

  private var actual: OracleTimeRules.Answer {
    var engine = MetricsTimeRules(nowNanoseconds: rules.now)
    engine.cutoffNanoseconds = rules.cutoff
    engine.durationNanosecondsMax = rules.durationMax == 0 ? nil : rules.durationMax
    engine.intervalsMax = Int(rules.intervalsMax)
    do throws(MetricsTimeRules.Refusal) {
      let window =
        isInstant
        ? try engine.instant(start: start, end: end)
        : try engine.range(start: start, end: end, step: step)
      return .window(OracleWindow(window))
    } catch {
      return .refused(error.message)
    }
  }
}
