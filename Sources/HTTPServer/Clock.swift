import Glibc

/// The clocks of a server; everything below is given its times.
enum Clock {
  /// Unix nanoseconds.
  static func nowNanoseconds() -> Int64 { Int64(clamping: read(CLOCK_REALTIME)) }

  /// Nanoseconds of a clock that never jumps.
  static func monotonicNanoseconds() -> UInt64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
