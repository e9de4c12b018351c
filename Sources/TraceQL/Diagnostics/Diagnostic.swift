/// One thing to say about a query text: data first, sentence later.
package struct Diagnostic: Sendable, Equatable {
  package enum Severity: Sendable, Equatable { case error, warning, note }

  package var code: DiagnosticCode
  package var range: SourceRange
  package var severity: Severity

  package init(_ code: DiagnosticCode, at range: SourceRange, severity: Severity = .error) {
    self.code = code
    self.range = range
    self.severity = severity
  }
}
