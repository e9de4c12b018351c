import Engine
import Oracle
import Testing

/// Every case of the scripts, over every way of storing its spans, alone and among other traces.
@Suite struct ScriptTests {
  private static let enabled = Script.cases.filter { !$0.isDisabled }
  private static let disabled = Script.cases.filter(\.isDisabled)

  @Test(arguments: enabled)
  func answers(_ script: Script.Case) throws { try check(script) }

  @Test(
    .disabled("the engine is known to answer these differently; the scripts say how"),
    arguments: disabled)
  func answersOneDay(_ script: Script.Case) throws { try check(script) }

  @Test func thereAreScripts() {
    #expect(Script.cases.count >= 150)
  }

  private func check(_ script: Script.Case) throws {
    let query = try UnitQuery(script.query)
    let text = AnswerText(script.traces, detail: script.detail)
    let expected = Self.sortedWithinTraces(script.expected)
    for storing in MemoryUnit.Storing.allCases {
      let alone = try query.matches(
        MemoryUnit(script.traces, storing: storing), limit: script.limit,
        spansPerSpanSet: script.spansPerSpanSet)
      #expect(text.lines(alone) == expected, "\(script.query), stored as \(storing)")
      if script.limit > 0 { continue }
      // Five times as many others: the unit is worth narrowing.
      let count = script.traces.count * 5
      let others = (0..<count).map(Self.other)
      let among = try query.matches(
        MemoryUnit(others + script.traces + others, storing: storing),
        spansPerSpanSet: script.spansPerSpanSet)
      let ours = among.filter { $0.traceID[0] != 0xFF }
      #expect(text.lines(ours) == expected, "\(script.query), among others as \(storing)")
    }
  }

  /// A trace that few queries find: one span without anything.
  private static func other(_ number: Int) -> StoredTrace {
    var id = [UInt8](repeating: 0xFF, count: 16)
    id[15] = UInt8(truncatingIfNeeded: number)
    let span = StoredSpan(
      label: "other", name: "other", id: [9, 9, 9, 9, 9, 9, 9, 9], parentID: [],
      start: SpanNotation.epoch, duration: 1)
    return StoredTrace(label: "other", id: id, batches: [StoredTrace.Batch(spans: [span])])
  }

  /// The spansets of a trace have no order.
  private static func sortedWithinTraces(_ lines: [String]) -> [String] {
    var result: [String] = []
    var same: [String] = []
    for line in lines {
      if let first = same.first,
        first.prefix(while: { $0 != ":" }) != line.prefix(while: { $0 != ":" })
      {
        result += same.sorted()
        same = []
      }
      same.append(line)
    }
    return result + same.sorted()
  }
}
