import Engine
import Server
import Testing

@Suite("Parameters of requests")
struct ParameterTests {
  private let server = EmptyServer()

  @Test(
    "search parameters, in the order in which they are looked at",
    arguments: [
      ("start=abc", #"invalid start: strconv.ParseUint: parsing "abc": invalid syntax"#),
      (
        "start=1&end=4294967296",
        #"invalid end: strconv.ParseUint: parsing "4294967296": value out of range"#
      ),
      ("start=1.5&end=2", #"invalid start: strconv.ParseUint: parsing "1.5": invalid syntax"#),
      ("start=%2B1&end=2", #"invalid start: strconv.ParseUint: parsing "+1": invalid syntax"#),
      ("start=10&end=5", "http parameter start must be before end. received start=10 end=5"),
      ("start=10", "http parameter start must be before end. received start=10 end=0"),
      (
        "end=10",
        "error parsing date range: only one of start and end provided: must provide both or neither"
      ),
      ("minDuration=abc", #"invalid minDuration: time: invalid duration "abc""#),
      ("minDuration=5", #"invalid minDuration: time: missing unit in duration "5""#),
      ("maxDuration=5x", #"invalid maxDuration: time: unknown unit "x" in duration "5x""#),
      ("minDuration=.s", #"invalid minDuration: time: invalid duration ".s""#),
      ("minDuration=9999999h", #"invalid minDuration: time: invalid duration "9999999h""#),
      (
        "minDuration=1.5s&maxDuration=1499ms",
        "invalid maxDuration: must be greater than minDuration"
      ),
      ("limit=0", "invalid limit: must be a positive number"),
      ("limit=abc", #"invalid limit: strconv.ParseUint: parsing "abc": invalid syntax"#),
      ("spss=-1", #"invalid spss: strconv.ParseUint: parsing "-1": invalid syntax"#),
      ("tags=a%3Db%20a%3Dc", "invalid tags: tag a has been set twice"),
      ("tags=a%3D%22b", "invalid tags: unterminated quoted value at pos 5"),
      ("tags=a&q=%7B%7D", "invalid request: can't specify tags and q in the same query"),
    ])
  func search(_ query: String, _ message: String) async {
    #expect(await server.answer("/api/search?" + query) == "400 " + message)
  }

  @Test(
    "durations as Prometheus writes them",
    arguments: [
      ("abc", #"not a valid duration string: "abc""#),
      ("30x", #"unknown unit "x" in duration "30x""#),
      ("1s1h", #"not a valid duration string: "1s1h""#),
      ("9999999999y", "duration out of range"),
    ])
  func since(_ text: String, _ message: String) async {
    #expect(
      await server.answer("/api/search?since=" + text)
        == "400 error parsing date range: could not parse 'since' parameter: " + message)
  }

  @Test("limits a server may set")
  func limits() async {
    var server = EmptyServer()
    server.options.limitMax = 262_144
    server.options.spansPerSpanSetMax = 100
    server.options.searchDurationNanosecondsMax = 168 * 3_600_000_000_000
    #expect(
      await server.answer("/api/search?limit=999999") == "400 limit 999999 exceeds max limit 262144"
    )
    #expect(
      await server.answer("/api/search?spss=101")
        == "400 spans per span set exceeds 100. received 101")
    let tooLong = "range specified by start and end exceeds 168h0m0s. received "
    #expect(
      await server.answer("/api/search?start=1791615251&end=1795215251")
        == "400 " + tooLong + "start=1791615251 end=1795215251")
    #expect(
      await server.answer("/api/v2/search/tags?start=5&end=3") == "400 " + tooLong + "start=5 end=3"
    )
    server.options.limits.queryBytesMax = 10
    #expect(
      await server.answer("/api/search?q=" + percentEncoded("{ name = `a` }"))
        == "400 TraceQL expression exceeds the configured maximum size of 10 bytes, reduce the "
        + "query expression size or contact your system administrator")
  }

  @Test(
    "moments of the tag endpoints in every spelling",
    arguments: [
      ("1768435200", 1_768_435_200), ("1768435200123456789", 1_768_435_200),
      ("1768435200.75", 1_768_435_200), ("2026-01-15T00:00:00Z", 1_768_435_200),
      ("2026-01-15T01:30:00%2B01:30", 1_768_435_200), ("2024-02-29T23:59:59.5Z", 1_709_251_199),
      ("1969-12-31T23:59:59Z", -1), ("2000-03-01T00:00:00-00:00", 951_868_800),
    ] as [(String, Int64)])
  func moments(_ text: String, _ seconds: Int64) async {
    // A range that is refused says which moments were understood.
    var server = EmptyServer()
    server.options.searchDurationNanosecondsMax = 1
    #expect(
      await server.answer("/api/v2/search/tags?start=\(text)&end=4000000000")
        == "400 range specified by start and end exceeds 1ns. received start=\(seconds) "
        + "end=4000000000")
  }

  @Test("no moments", arguments: ["abc", "2026-02-30T00:00:00Z", "2026-01-15T00:00:00", "1_0"])
  func noMoments(_ text: String) async {
    #expect(
      await server.answer("/api/search/tags?start=\(text)&end=2")
        == "400 error parsing date range: could not parse 'start' parameter: strconv.ParseInt: "
        + "parsing \"\(text)\": invalid syntax")
  }

  @Test(
    "trace IDs and what stands beside them",
    arguments: [
      (
        "0g", 400,
        "trace IDs can only contain hex characters: invalid character 'g' at position 2"
      ),
      ("123456789012345678901234567890123", 400, "trace IDs can't be larger than 128 bits"),
      ("1?start=abc", 400, #"invalid start: strconv.ParseInt: parsing "abc": invalid syntax"#),
      ("1?start=10&end=5", 400, "http parameter start must be before end. received start=10 end=5"),
      ("1?mode=bogus", 400, "invalid value for mode bogus"),
      ("1?mode=external", 500, "external mode is not enabled"),
      ("1?blockStart=1", 400, "invalid value for blockstart: invalid UUID length: 1"),
      (
        "1?blockEnd=00000000-0000-0000-0000-00000000000g", 400,
        "invalid value for blockEnd: invalid UUID format"
      ),
      ("1?start=-5", 404, ""),
      ("abcDEF?end=7&blockStart=00000000000000000000000000000000", 404, ""),
    ] as [(String, Int, String)])
  func traces(_ target: String, _ status: Int, _ message: String) async {
    #expect(await server.answer("/api/traces/" + target) == "\(status) \(message)")
  }

  @Test(
    "metrics parameters",
    arguments: [
      ("", "end must be greater than start", "start=5&end=5"),
      (
        "rpc error: code = Code(400) desc = ", #"cannot parse "abc" to a valid duration"#,
        "step=abc"
      ),
      (
        "rpc error: code = Code(400) desc = ", #"cannot parse "-1": step must be positive"#,
        "step=-1"
      ),
      (
        "rpc error: code = Code(400) desc = ",
        #"could not parse 'since' parameter: unknown unit "x" in duration "30x""#, "since=30x"
      ),
      (
        "step of 1ms is too small, minimum step for given range is ", "6ms",
        "end=60&start=0&step=0.001"
      ),
    ])
  func metrics(_ prefix: String, _ message: String, _ query: String) async {
    let target = "/api/metrics/query_range?" + query + "&q=" + percentEncoded("{} | rate()")
    #expect(await server.answer(target) == "400 " + prefix + message)
  }

  @Test(
    "default steps",
    arguments: [
      (3600, "15s"), (1800, "5s"), (60, "1s"), (30, "100ms"), (1, "50ms"), (86_400, "5m0s"),
      (864_000, "1h0m0s"),
    ])
  func defaultStep(_ seconds: Int, _ step: String) async {
    var server = EmptyServer()
    server.options.metricsIntervalsMax = 1
    let text = await server.answer(
      "/api/metrics/query_range?start=1000000&end=\(1_000_000 + seconds)")
    #expect(text.hasPrefix("400 step of \(step) is too small"), "\(text)")
  }
}
