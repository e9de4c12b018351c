import Engine
import OTLP
import Remote
import TestSupport
import Testing
import Wire

private func json(_ text: String) throws -> JSON { try JSONReader.read(Array(text.utf8)) }

@Test func aSearchAnswerIsReadAsAResult() throws {
  let result = try SearchAnswer.read(
    json(
      """
      {"traces":[{"traceID":"2f3e","rootServiceName":"shop","rootTraceName":"GET /",
      "startTimeUnixNano":"1700000000000000001","durationMs":250,
      "serviceStats":{"shop":{"spanCount":3,"errorCount":1}},
      "spanSets":[{"matched":2,"attributes":[{"key":"by(kind)","value":{"stringValue":"server"}}],
      "spans":[{"spanID":"00000000000000aa","name":"x","startTimeUnixNano":"5",
      "durationNanos":"7","attributes":[{"key":"n","value":{"intValue":"3"}}]}]}]}],
      "metrics":{"inspectedBytes":"12","inspectedTraces":4}}
      """), limit: 20)
  let trace = try #require(result.traces.first)
  #expect(trace.traceID == [UInt8](repeating: 0, count: 14) + [0x2F, 0x3E])
  #expect(trace.durationNanoseconds == 250_000_000)
  #expect(trace.startNanoseconds == 1_700_000_000_000_000_001)
  #expect(trace.serviceStatistics == [.init(service: "shop", spanCount: 3, errorCount: 1)])
  let set = try #require(trace.spanSets.first)
  #expect(set.matched == 2)
  #expect(set.attributes == [NamedValue(key: "by(kind)", value: .string("server"))])
  #expect(set.spans.first?.attributes == [NamedValue(key: "n", value: .int(3))])
  #expect(result.statistics.inspectedBytes == 12)
  #expect(result.matchedTraceCountIsExact)
}

@Test func samplesFindTheirIntervals() throws {
  let answer = try json(
    """
    {"series":[{"labels":[{"key":"a","value":{"boolValue":true}}],"samples":[
    {"timestampMs":"60000","value":1.5},{"timestampMs":"180000"}]}]}
    """)
  let result = try MetricsAnswer.read(
    answer, range: 0...180_000_000_000, stepNanoseconds: 60_000_000_000, isInstant: false)
  #expect(result.window.intervalCount == 3)
  #expect(result.series[0].samples[0] == 1.5)
  #expect(result.series[0].samples[1].isNaN)
  // proto3 leaves a zero out.
  #expect(result.series[0].samples[2] == 0)
}

@Test func idsMayBeHexadecimalOrBase64() throws {
  let trace = try TraceAnswer.read(
    json(
      """
      {"resourceSpans":[{"scopeSpans":[{"spans":[
      {"traceId":"000102030405060708090a0b0c0d0e0f","spanId":"0001020304050607","kind":2},
      {"traceId":"AAECAwQFBgcICQoLDA0ODw==","spanId":"AAECAwQFBgc=","kind":"SPAN_KIND_CLIENT",
      "status":{"code":"STATUS_CODE_ERROR","message":"no"}}]}]}]}
      """))
  let spans = trace.resourceSpans[0].scopeSpans[0].spans
  #expect(spans[0].traceID == Array(0...15) && spans[0].spanID == Array(0...7))
  #expect(spans[1].traceID == Array(0...15) && spans[1].spanID == Array(0...7))
  #expect(spans.map(\.kind) == [2, 3])
  #expect(spans[1].status == Status(message: "no", code: 2))
}

/// Whatever a server sends, there is a result or an error.
@Test func strangeAnswersAreSurvived() throws {
  let texts = [
    "[]", "null", "{\"traces\":{}}", "{\"traces\":[1]}", "{\"traces\":[{\"traceID\":\"zz\"}]}",
    "{\"traces\":[{\"traceID\":\"1\",\"durationMs\":9223372036854775807}]}",
    "{\"series\":[{\"samples\":[{\"timestampMs\":\"18446744073709551615\"}]}]}",
    "{\"series\":[{\"samples\":[{\"timestampMs\":\"1\"},{\"timestampMs\":\"9000000000000\"}]}]}",
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"kind\":{},\"traceId\":\"!\"}]}]}]}",
  ]
  for text in texts {
    let value = try json(text)
    let search = Result { try SearchAnswer.read(value, limit: 0) }
    let metrics = Result {
      try MetricsAnswer.read(value, range: 0...1, stepNanoseconds: 1, isInstant: false)
    }
    let trace = Result { try TraceAnswer.read(value) }
    if case .success(let found) = search { #expect(found.traces.count <= 1) }
    if case .success(let found) = metrics { #expect(found.window.intervalCount <= 1 << 20) }
    if case .success(let found) = trace { #expect(found.spanCount <= 1) }
  }
  #expect(throws: RemoteError.self) { try SearchAnswer.read(json("[]"), limit: 0) }
}

@Test func addressesAreTold() {
  #expect(TempoClient.isAddress("http://tempo:3200") && TempoClient.isAddress("https://x/y"))
  #expect(!TempoClient.isAddress("/var/tempo") && !TempoClient.isAddress("tempo:3200"))
}
