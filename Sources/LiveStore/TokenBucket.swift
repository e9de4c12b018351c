/// So many bytes a second, and so many at once.
package struct TokenBucket: Sendable {
  private var tokens: Double
  private var lastNanoseconds: UInt64

  package init(burst: Int, now: UInt64) {
    tokens = Double(burst)
    lastNanoseconds = now
  }

  /// Takes `bytes`, or nothing; `now` is of a clock that never goes back.
  package mutating func take(_ bytes: Int, rate: Int, burst: Int, now: UInt64) -> Bool {
    let elapsed = Double(now &- lastNanoseconds) / 1e9
    lastNanoseconds = now
    tokens = min(Double(burst), tokens + elapsed * Double(rate))
    guard Double(bytes) <= tokens else { return false }
    tokens -= Double(bytes)
    return true
  }
}
