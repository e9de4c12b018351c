import TraceQL

/// Values for parameters that nobody gave any, of the types that fit their places: so that the
/// query around them can be looked over.
enum ParameterGuess {
  /// One of each type; text first, as most parameters are names.
  private static let candidates: [Literal] = [
    .string("x"), .int(1), .duration(1_000_000_000), .float(0.5), .bool(true), .status(.error),
    .kind(.server),
  ]

  /// The values of `given`, and for the rest of `names` those that leave least to complain of.
  static func values(
    for names: [String], of text: String, _ dialect: Dialect, _ given: ParameterValues
  ) -> ParameterValues {
    var values = given.overridden(by: sole(names.map { ($0, candidates[0]) }))
    for name in names {
      func faults(_ candidate: Literal) -> Int {
        let parsed = Query.parse(
          text, dialect: dialect, parameters: values.overridden(by: sole([(name, candidate)])))
        // An error is worse than any number of warnings.
        let errors = parsed.diagnostics.count(where: \.isError)
        let warnings = parsed.query.map {
          QueryLint.warnings(about: $0, source: text, dialect: dialect).count
        }
        return errors * 1_000 + (warnings ?? 0)
      }
      let best = candidates.map { (faults: faults($0), value: $0) }.min { $0.faults < $1.faults }
      if let best { values = values.overridden(by: sole([(name, best.value)])) }
    }
    return values
  }

  private static func sole(_ pairs: [(String, Literal)]) -> ParameterValues {
    var values = ParameterValues()
    for (name, value) in pairs where values[name] == nil { values.replace(name, with: value) }
    return values
  }
}
