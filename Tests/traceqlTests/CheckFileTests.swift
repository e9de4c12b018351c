import Testing
import TraceQL
import traceql

/// 2026-01-15T09:30:44Z
private let now: UInt64 = 1_768_469_444_000_000_000

private func parse(_ text: String, _ assignments: String...) throws -> CheckParser.Outcome {
  var parameters = ParameterValues()
  for assignment in assignments { try parameters.add(assignment: assignment) }
  return CheckParser.parse(
    text, path: "x.check", context: .init(parameters: parameters, nowNanoseconds: now))
}

/// "line:column: sentence" of each fault.
private func faults(_ text: String, _ assignments: String...) throws -> [String] {
  var parameters = ParameterValues()
  for assignment in assignments { try parameters.add(assignment: assignment) }
  let outcome = CheckParser.parse(
    text, path: "x.check", context: .init(parameters: parameters, nowNanoseconds: now))
  return outcome.faults.map { fault in
    let shown = CheckFaultText.text(fault, path: "x", source: text, style: .plain)
    return String(shown.split(separator: "\n")[0].dropFirst(2))
  }
}

struct CheckFileTests {
  @Test func aWholeFile() throws {
    let outcome = try parse(
      """
      # A comment.
      format 1
      since 1h
      step 30s
      param service = checkout

      check   no   errors
        query { resource.service.name = $service && status = error }
        expect none
        expect count <= 3

      check p95 of payments
        start 2026-01-15T09:00
        end   2026-01-15T09:10:00Z
        step 5s
        limit 7
        param rank = 0.95
        query
          { name = "charge" }
          # comments may stand inside
          | quantile_over_time(duration, $rank)
        expect every value < 800ms or none
        expect last value within 10% of 0.5
        expect any value within 10ms of 200ms
        skip not yet
      """)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    #expect(outcome.parametersUsed == ["service", "rank"])
    let checks = outcome.file.checks
    #expect(checks.map(\.name) == ["no errors", "p95 of payments"])
    #expect(checks.map(\.line) == [7, 12])
    let first = checks[0]
    #expect(first.query.description.contains("`checkout`"))
    #expect(first.expectations.map(\.kind) == [.none, .count(.compare(.lessOrEqual, 3))])
    #expect(first.expectations.map(\.line) == [9, 10])
    #expect(first.range.timeRange == (now - 3_600_000_000_000)...now && first.limit == 20)
    let second = checks[1]
    let nine: UInt64 = 1_768_467_600_000_000_000
    #expect(second.range.timeRange == nine...nine + 600_000_000_000)
    #expect(second.range.stepNanoseconds == 5_000_000_000 && second.limit == 7)
    #expect(second.skipReason == "not yet" && first.skipReason == nil)
    #expect(
      second.expectations.map(\.kind) == [
        .value(.every, .compare(.less, 0.8), orNone: true),
        .value(.last, .within(0.05, of: 0.5), orNone: false),
        .value(.any, .within(0.01, of: 0.2), orNone: false),
      ])
    #expect(second.expectations[0].text == "every value < 800ms or none")
  }

  @Test func theCommandLineCountsMore() throws {
    let text = """
      param n = 1
      check a
        param n = 2
        query { } | rate()
        expect count > $n
      """
    #expect(
      try parse(text).file.checks.first?.expectations.first?.kind
        == .count(.compare(.greater, 2)))
    #expect(
      try parse(text, "n=3").file.checks.first?.expectations.first?.kind
        == .count(.compare(.greater, 3)))
  }

  @Test func aShape() throws {
    let outcome = try parse(
      """
      check calls
        query { name = "a" }
        expect trace
          { name = "a" }
            { name = "b" }

              .. { name = "c" }
            # between
            no .. { status = error }
          { name = "d" }
      """)
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    guard case .trace(let shape)? = outcome.file.checks.first?.expectations.first?.kind else {
      Issue.record("no shape")
      return
    }
    #expect(shape.nodes.count == 2 && shape.nodes[0].children.count == 2)
    #expect(shape.allNodes.map(\.line) == [4, 5, 7, 9, 10])
    #expect(shape.allNodes.map(\.isForbidden) == [false, false, false, true, false])
    #expect(shape.allNodes.map(\.isAnywhereBelow) == [false, false, true, true, false])
  }

  @Test(arguments: [
    ("", "1:1: error: there is no check in this file"),
    ("# only a comment", "1:1: error: there is no check in this file"),
    ("check\n query { }\n expect rows", "1:1: error: a check needs a name"),
    ("check a", "1:1: error: the check has no query"),
    ("check a\n query { }", "1:1: error: the check expects nothing: write 'expect none'"),
    ("query { }\ncheck a\n query { }\n expect rows", "1:1: error: 'query' belongs to a check"),
    ("chek a\n query { }", "1:1: error: unknown word 'chek'; did you mean 'check'?"),
    ("stpe 5s\ncheck a\n query { }\n expect rows", "1:1: error: unknown word 'stpe'; did you mean"),
    ("check a\n quer { }\n expect rows", "2:2: error: unknown word 'quer'; did you mean 'query'?"),
    ("check a\n query { }\n| rate()\n expect rows", "3:1: error: unknown word '|'"),
    ("check a\n query { }\n query { }\n expect rows", "3:2: error: 'query' is there twice"),
    ("check a\n query\n expect rows", "2:6: error: the query is missing"),
    ("check a\n query { foo = 1 }\n expect rows", "2:10: error: unknown identifier 'foo'"),
    ("check a\n query { }\n  | rat()\n expect rows", "3:5: error: unknown function 'rat'"),
    ("check a\n query { }\n expect", "3:2: error: 'expect' says what: none, rows"),
    ("check a\n query { }\n expect nune", "3:9: error: unknown expectation 'nune'; did you mean"),
    ("check a\n query { }\n expect none at all", "3:14: error: nothing more belongs here"),
    ("check a\n query { }\n expect count", "3:13: error: expected a comparison"),
    ("check a\n query { }\n expect count == 3", "3:15: error: expected one of = != < <= > >="),
    ("check a\n query { }\n expect count =", "3:15: error: expected a number"),
    ("check a\n query { }\n expect count = x", "3:17: error: 'x' is neither a number nor"),
    ("check a\n query { }\n expect count > 3s", "3:17: error: the query counts spans"),
    ("check a\n query { }\n expect every value > 3", "3:9: error: only metrics queries have"),
    ("check a\n query { } | rate()\n expect every > 3", "3:15: error: expected 'value'"),
    ("check a\n query { } | rate()\n expect spans > 3", "3:9: error: 'spans' counts what a"),
    ("check a\n query { } | rate()\n expect last value within 5x of 3", "3:27: error: '5x' is"),
    ("check a\n query { } | rate()\n expect last value within 5% 3", "3:30: error: expected 'of'"),
    ("check a\n query { } | rate()\n expect last value within -5 of 3", "3:27: error: a tolerance"),
    ("check a\n query { } | rate()\n expect last value > 3 or", "3:25: error: expected 'none'"),
    ("check a\n query { } | rate()\n expect trace\n  { }", "3:9: error: a metrics query finds"),
    ("check a\n query { }\n expect trace", "3:9: error: the shape of the trace is missing"),
    ("check a\n query { }\n expect trace { }", "3:15: error: the shape begins on the next line"),
    ("check a\n query { }\n expect trace\n   { }\n  { }", "5:3: error: this line stands left of"),
    ("check a\n query { }\n expect trace\n  { }\n     { }\n   { }", "6:4: error: this line stands"),
    ("check a\n query { }\n expect trace\n  { } | count() > 1", "4:3: error: a line of a shape"),
    ("check a\n query { }\n expect trace\n  no { }\n   { }", "4:3: error: what must not be there"),
    ("check a\n step 5s\n query { }\n expect rows", "2:2: error: 'step' is for metrics queries"),
    ("check a\n start when\n query { }\n expect rows", "2:8: error: a time is RFC 3339"),
    ("check a\n since 5\n query { }\n expect rows", "2:8: error: a length of time has its unit"),
    ("check a\n limit -1\n query { }\n expect rows", "2:8: error: 'limit' is a whole number"),
    (
      "check a\n start now\n end -1h\n query { }\n expect rows", "3:6: error: the range ends before"
    ),
    ("check a\n param x\n query { }\n expect rows", "2:8: error: parameter 'x' has no value"),
    ("check a\n query { .a = $x }\n expect rows", "2:15: error: '$x' has no value"),
    ("check a\n query { }\n expect count > $x", "3:17: error: '$x' has no value"),
    (
      "check a\n query { }\n expect rows\ncheck a\n query { }\n expect rows", "4:7: error: there is"
    ),
    ("format 2\ncheck a\n query { }\n expect rows", "1:8: error: format 2 is of a later version"),
    ("format x\ncheck a\n query { }\n expect rows", "1:1: error: 'format' has a number"),
    ("check a\n \tquery { }\n expect rows", "2:1: error: blanks and tabs are mixed"),
    ("check a\n query { .日本 = foo }\n expect rows", "2:16: error: unknown identifier 'foo'"),
  ])
  func whatIsWrongWithAFile(_ text: String, _ start: String) throws {
    let found = try faults(text)
    #expect(found.first?.hasPrefix(start) ?? false, "\(found)")
  }

  @Test func everyFaultIsFound() throws {
    let found = try faults(
      "check a\n query { foo = 1 }\n expect rows\ncheck b\n query { }\n expect count >\n exect none"
    )
    #expect(found.count == 3)
  }

  @Test func thePlaceIsUnderlined() throws {
    let text = "check a\n  query { name = 5 }\n  expect rows\n"
    let fault = try #require(try parse(text).faults.first)
    #expect(
      CheckFaultText.text(fault, path: "dir/x.check", source: text, style: .plain) == """
        dir/x.check:2:11: error: 'name = 5' compares values of different types
        2 |   query { name = 5 }
                      ^~~~~~~~

        """)
  }

  /// Whatever a file holds, it is either read or refused.
  @Test(arguments: 0..<200)
  func damagedFiles(seed: Int) throws {
    let whole = """
      param service = checkout
      check calls
        query { name = $service } >> { status = error }
        expect trace
          { name = "a" }
            no .. { name = "b" }
        expect count within 5% of 3
      check rates
        query { } | rate()
        expect every value < 3 or none
      """
    var bytes = Array(whole.utf8)
    var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    for _ in 0..<(seed % 7 + 1) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let place = Int(state >> 33) % bytes.count
      switch state >> 60 {
      case 0...5: bytes.remove(at: place)
      case 6...10: bytes.insert(bytes[Int(state >> 20) % bytes.count], at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let outcome = try parse(text)
    for fault in outcome.faults {
      #expect(fault.range.upperBound <= bytes.count)
      #expect(!CheckFaultText.text(fault, path: "x", source: text, style: .plain).isEmpty)
    }
    #expect(outcome.faults.isEmpty == (outcome.file.checks.count > 0) || !outcome.faults.isEmpty)
  }
}
