import Testing
import TraceQL

/// The query, which must be valid.
func valid(_ text: String, _ location: SourceLocation = #_sourceLocation) -> Query? {
  let parsed = Query.parse(text)
  let reason = parsed.firstError?.text(in: text) ?? ""
  #expect(parsed.isValid, "\(text): \(reason)", sourceLocation: location)
  return parsed.query
}

/// The canonical text of a query, which must be valid and read back as the same query.
func printed(_ text: String, _ location: SourceLocation = #_sourceLocation) -> String {
  guard let query = valid(text, location) else { return "" }
  let again = Query.parse(query.description)
  #expect(again.query == query, "reads back differently: \(query)", sourceLocation: location)
  #expect(again.query?.description == query.description, sourceLocation: location)
  return query.description
}

/// The text of the first error as Tempo's API gives it; empty for an accepted query.
func tempoError(_ text: String) -> String {
  Query.parse(text, dialect: .tempo).firstError?.tempoMessage(source: text) ?? ""
}

/// The case of the first error; empty for a valid query.
func errorName(_ text: String, dialect: Dialect = .extended) -> String {
  Query.parse(text, dialect: dialect).firstError.map { $0.code.name } ?? ""
}

extension DiagnosticCode {
  /// The name of the case, without payload.
  var name: String { String("\(self)".prefix { $0 != "(" }) }
}
