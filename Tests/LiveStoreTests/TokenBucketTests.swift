import LiveStore
import Testing

@Suite struct TokenBucketTests {
  private static let second: UInt64 = 1_000_000_000

  /// What becomes of requests of so many bytes at so many tenths of a second, one after the other.
  private func outcomes(
    rate: Int, burst: Int, _ requests: [(bytes: Int, tenths: UInt64)]
  ) -> [Bool] {
    var bucket = TokenBucket(burst: burst, now: 0)
    return requests.map { request in
      bucket.take(
        request.bytes, rate: rate, burst: burst, now: request.tenths * Self.second / 10)
    }
  }

  /// What is refused takes nothing.
  @Test func aBurstIsTakenAtOnceAndNoMore() {
    let taken = outcomes(rate: 10, burst: 100, [(60, 0), (41, 0), (40, 0), (1, 0)])
    #expect(taken == [true, false, true, false])
  }

  @Test func itFillsWithTimeUpToTheBurst() {
    let taken = outcomes(
      rate: 10, burst: 100, [(100, 0), (21, 20), (20, 20), (101, 10_000), (100, 10_000)])
    #expect(taken == [true, false, true, false, true])
  }

  @Test func refusalsDoNotStopItFromFilling() {
    let tries = (0...10).map { (bytes: 10, tenths: UInt64($0)) }
    let taken = outcomes(rate: 10, burst: 10, tries)
    #expect(taken == [true] + [Bool](repeating: false, count: 9) + [true])
  }
}
