extension Field {
  /// An attribute or intrinsic as tag requests name it: `resource.service.name`, `.x`, `name`,
  /// `span."a b"`. Places in the message count the brace that Tempo puts before the text.
  package static func parse(
    identifier: String, dialect: Dialect = .tempo
  ) -> Result<Field, IdentifierError> {
    let source = "{" + identifier + "}"
    func failure(_ reason: String) -> Result<Field, IdentifierError> {
      .failure(IdentifierError(message: "failed to parse identifier \(identifier): \(reason)"))
    }
    let parsed = Query.parse(source, dialect: dialect)
    let syntax = parsed.diagnostics.first { $0.isError && $0.code.isSyntax }
    if let syntax { return failure(syntax.tempoMessage(source: source)) }
    guard let query = parsed.query, query.hints.isEmpty, case .pipeline(let pipeline) = query.body,
      pipeline.stages.count == 1, case .spanset(.filter(let filter)) = pipeline.stages[0],
      case .field(let field) = filter.kind
    else { return failure("not an attribute or intrinsic") }
    return .success(field)
  }
}
