import Testing
import traceql

private let now: UInt64 = 1_768_469_444_000_000_000
private let utc = TimeExpression(nowNanoseconds: now, zone: .utc)

// The nanoseconds come from GNU date.
@Test(
  arguments: [
    ("2026-01-15T09:30:44.580243968Z", 1_768_469_444_580_243_968),
    ("2026-01-15 09:30:44", 1_768_469_444_000_000_000),
    ("2026-01-15T09:30", 1_768_469_400_000_000_000),
    ("2026-01-15", 1_768_435_200_000_000_000),
    ("2026-01-15T00:00:00+01:00", 1_768_431_600_000_000_000),
    ("2026-01-15T00:00:00-0130", 1_768_440_600_000_000_000),
    ("2024-02-29T23:59:59Z", 1_709_251_199_000_000_000),
    ("1970-01-01T00:00:00Z", 0),
    ("1768435200", 1_768_435_200_000_000_000), ("1768435200.25", 1_768_435_200_250_000_000),
    ("1768435200123", 1_768_435_200_123_000_000),
    ("1768435200123456", 1_768_435_200_123_456_000),
    ("1768435200123456789", 1_768_435_200_123_456_789),
    ("now", now), ("now-1h", now - 3_600_000_000_000), ("-90s", now - 90_000_000_000),
    ("-1h30m", now - 5_400_000_000_000), ("+1ms", now + 1_000_000), ("-146000d", 0),
  ] as [(String, UInt64)])
func momentsAreRead(text: String, expected: UInt64) {
  #expect(utc.parse(text) == (text == "-146000d" ? nil : expected))
}

@Test(arguments: [
  "", "-", "yesterday", "1h", "2026-13-01", "2026-02-29", "2026-01-15T25:00:00Z",
  "2026-01-15T09:30:44.Z", "2026-01-15T09:30:44+1", "20a6-01-15", "99999999999.5", "--1h",
  "99999999999999999999", "1.2.3", "9999-01-01T00:00:00Z", "2026-01-15T09:30:44ZZ", "1960-01-01",
])
func whatIsNoMomentIsRefused(text: String) {
  #expect(utc.parse(text) == nil)
}

@Test(
  arguments: [
    (0, "0 ns"), (999, "999 ns"), (1_000, "1.00 µs"), (61_234_000, "61.2 ms"), (999_600, "1.00 ms"),
    (1_500_000_000, "1.50 s"), (59_940_000_000, "59.9 s"), (59_960_000_000, "1m 00s"),
    (125_000_000_000, "2m 05s"), (3_720_000_000_000, "1h 02m"), (90_000_000_000_000, "1d 01h"),
    (-61_234_000, "-61.2 ms"), (.min, "-106751d 23h"),
  ] as [(Int64, String)])
func durationsAreShort(nanoseconds: Int64, expected: String) {
  #expect(DurationText.format(nanoseconds: nanoseconds) == expected)
}

@Test(
  arguments: [
    ("30s", 30_000_000_000), ("1h30m", 5_400_000_000_000), ("7d", 604_800_000_000_000),
    ("1.5ms", 1_500_000), ("0s", 0), ("5", nil), ("s", nil), ("1x", nil), ("", nil), ("1..5s", nil),
    ("99999999999w", nil), ("-1h", nil),
  ] as [(String, UInt64?)])
func lengthsOfTimeAreRead(text: String, expected: UInt64?) {
  #expect(DurationText.parse(text) == expected)
}

@Test func calendarGoesThereAndBack() {
  for day in stride(from: 0 as UInt64, through: 120_000, by: 17) {
    let moment = (day * 86_400 + day % 86_400) * 1_000_000_000 + day
    let civil = CivilTime(unixNanoseconds: moment, zone: .utc)
    #expect(civil.unixNanoseconds(zone: .utc) == moment)
    #expect(utc.parse(civil.rfc3339) == moment)
  }
}

@Test func localTimeAgreesWithTheSystemsZone() {
  let moment: UInt64 = 1_768_469_444_580_243_968
  #expect(CivilTime(unixNanoseconds: moment, zone: .local).unixNanoseconds(zone: .local) == moment)
  #expect(CivilTime(unixNanoseconds: moment, zone: .utc).readable == "2026-01-15 09:30:44.580")
}

@Test(
  arguments: [
    ("512MB", 512_000_000), ("2GiB", 2_147_483_648), ("1.5k", 1_500), ("77", 77),
    ("1 MB", 1_000_000),
    ("MB", nil), ("-1MB", nil), ("1XB", nil), ("1e30", nil), ("99999999999999TB", nil),
  ] as [(String, Int?)])
func sizesAreRead(text: String, expected: Int?) {
  #expect(SizeText.parse(text) == expected)
}
