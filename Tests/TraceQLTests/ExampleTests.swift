import Testing
import TraceQL

/// The examples of the specification, in both dialects.
struct ExampleTests {
  @Test(arguments: Example.all)
  func plainTempoSaysTheSame(_ example: Example) {
    let parsed = Query.parse(example.query, dialect: .tempo)
    #expect(verdict(parsed.firstError) == example.verdict)
  }

  @Test(arguments: Example.all)
  func extendedAcceptsEverythingThatHasAMeaning(_ example: Example) {
    let parsed = Query.parse(example.query)
    let isValid = example.verdict == "ok" || example.isExtension
    #expect(parsed.isValid == isValid)
    let hasNote = parsed.diagnostics.contains { $0.severity == .note }
    #expect(hasNote == example.isExtension, "an extension carries a note")
  }

  @Test(arguments: Example.all)
  func printingRoundTrips(_ example: Example) throws {
    guard let query = Query.parse(example.query).query else { return }
    let again = Query.parse(query.description)
    #expect(again.query == query)
  }

  @Test func allExamplesAreHere() {
    #expect(Example.all.count == 183)
  }

  private func verdict(_ error: Diagnostic?) -> String {
    guard let error else { return "ok" }
    if error.code.isSyntax { return "-" }
    switch error.code {
    case .aggregateNotNumeric: return "E-AGG-NUM"
    case .aggregateWithoutField: return "E-AGG-REF"
    case .bareParent, .unsupportedByTempo: return "unsup"
    case .compareWithSecondStage: return "E-CMP"
    case .groupWithoutField: return "E-BY-REF"
    case .illegalOperand: return "E-UNARY"
    case .illegalOperands: return "E-OP"
    case .invalidPattern: return "E-REGEX"
    case .limitNotPositive: return "E-LIMIT"
    case .nilIntrinsic: return "E-NIL"
    case .notBoolean: return "E-BOOL"
    case .operandTypes: return "E-TYPE"
    case .patternNotLiteral: return "E-REGEX-RHS"
    case .quantileOutOfRange: return "E-QUANT"
    default: return "?"
    }
  }
}
