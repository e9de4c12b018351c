import LiveStore
import Testing

@Suite struct TokenBucketTests {
  private let second: UInt64 = 1_000_000_000

  @Test func aBurstIsTakenAtOnceAndNoMore() {
    var bucket = TokenBucket(burst: 100, now: 5)
    #expect(bucket.take(60, rate: 10, burst: 100, now: 5))
    #expect(!bucket.take(41, rate: 10, burst: 100, now: 5))
    // What was refused took nothing.
    #expect(bucket.take(40, rate: 10, burst: 100, now: 5))
    #expect(!bucket.take(1, rate: 10, burst: 100, now: 5))
  }

  @Test func itFillsWithTimeUpToTheBurst() {
    var bucket = TokenBucket(burst: 100, now: 0)
    #expect(bucket.take(100, rate: 10, burst: 100, now: 0))
    #expect(!bucket.take(21, rate: 10, burst: 100, now: 2 * second))
    #expect(bucket.take(20, rate: 10, burst: 100, now: 2 * second))
    #expect(!bucket.take(101, rate: 10, burst: 100, now: 1_000 * second))
    #expect(bucket.take(100, rate: 10, burst: 100, now: 1_000 * second))
  }

  @Test func refusalsDoNotStopItFromFilling() {
    var bucket = TokenBucket(burst: 10, now: 0)
    #expect(bucket.take(10, rate: 10, burst: 10, now: 0))
    for tenth in 1..<10 {
      #expect(!bucket.take(10, rate: 10, burst: 10, now: UInt64(tenth) * second / 10))
    }
    #expect(bucket.take(10, rate: 10, burst: 10, now: second))
  }
}
