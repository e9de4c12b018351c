import Testing
import traceql

/// 2026-01-15T09:30:44Z
private let now: UInt64 = 1_768_469_444_000_000_000

private func settings(_ line: String...) throws(UsageError) -> Settings {
  try Settings(try ArgumentParser.parse(line), nowNanoseconds: now)
}

private func message(_ line: [String]) -> String? {
  do throws(UsageError) {
    _ = try Settings(try ArgumentParser.parse(line), nowNanoseconds: now)
    return nil
  } catch { return error.message }
}

@Test func defaults() throws {
  let settings = try settings("query", "{ }")
  #expect(settings.sourcePaths == ["."] && settings.limit == 20 && settings.timeRange == nil)
  #expect(settings.format == .table && settings.rows == .traces && settings.judgesWholeTraces)
}

@Test func valuesAreAllShown() throws {
  #expect(try settings("values", "name").limit == 0)
  #expect(try settings("values", "name", "--limit", "7").limit == 7)
}

@Test func tempoMeansFragmentsUnlessToldOtherwise() throws {
  #expect(try !settings("query", "{ }", "--compat", "tempo").judgesWholeTraces)
  #expect(
    try settings("query", "{ }", "--compat", "tempo", "--trace-scope", "whole").judgesWholeTraces)
}

@Test func ranges() throws {
  let hour: UInt64 = 3_600_000_000_000
  #expect(try settings("query", "{ }", "--since", "1h").timeRange == (now - hour)...now)
  #expect(try settings("query", "{ }", "--since", "-1h").timeRange == (now - hour)...now)
  #expect(
    try settings("query", "{ }", "--since", "1h", "--end", "-1h").timeRange
      == (now - 2 * hour)...(now - hour))
  #expect(
    try settings("query", "{ }", "--start", "1768435200").timeRange
      == 1_768_435_200_000_000_000...UInt64(Int64.max))
  #expect(try settings("query", "{ }", "--end", "now").timeRange == 0...now)
}

@Test func sizesAndTimes() throws {
  let settings = try settings(
    "query", "{ }", "--memory", "512MB", "--timeout", "1.5s", "--threads", "3")
  #expect(settings.memoryBytesMax == 512_000_000)
  #expect(settings.timeoutNanoseconds == 1_500_000_000)
  #expect(settings.threadCount == 3)
}

@Test(
  arguments: [
    (["--limit", "-1"], "--limit cannot be '-1'"), (["--limit", "all"], "--limit cannot be 'all'"),
    (["--threads", "0"], "--threads cannot be '0'"),
    (["--timeout", "5"], "--timeout cannot be '5'"),
    (["--memory", "lots"], "--memory cannot be 'lots'"),
    (["--start", "yesterday"], "--start cannot be 'yesterday'"),
    (["--since", "1h", "--start", "-2h"], "--since and --start are both given; one is enough"),
    (
      ["--utc", "--start", "2026-01-15T10:00:00Z", "--end", "2026-01-15T09:00:00Z"],
      "--start (2026-01-15 10:00:00.000) is after --end (2026-01-15 09:00:00.000)"
    ),
    (["--threads", "99999"], "--threads cannot be more than 1024"),
  ] as [([String], String)])
func wrongValuesAreNamed(flags: [String], expected: String) {
  #expect(message(["query", "{ }"] + flags) == expected)
}
