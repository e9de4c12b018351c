package import TraceQL

/// Reads a check file: settings for all checks, then checks.
///
/// Everything wrong with a file is found, not only the first fault.
package struct CheckParser {
  let lines: CheckLines
  /// Values for this place: those of the command line, of the check, of the file.
  var parameters = ParameterValues()
  var parametersUsed: Set<String> = []
  private let context: Context
  private var faults: [CheckFault] = []
  private var names: Set<String> = []

  /// What a file is read with.
  package struct Context: Sendable {
    package var parameters: ParameterValues
    package var dialect: Dialect
    package var nowNanoseconds: UInt64
    package var limitDefault: Int

    package init(
      parameters: ParameterValues = ParameterValues(), dialect: Dialect = .extended,
      nowNanoseconds: UInt64, limitDefault: Int = 20
    ) {
      self.parameters = parameters
      self.dialect = dialect
      self.nowNanoseconds = nowNanoseconds
      self.limitDefault = limitDefault
    }
  }

  package struct Outcome: Sendable {
    package var file: CheckFile
    /// In the order of the file; empty if the file can be run.
    package var faults: [CheckFault]
    package var parametersUsed: Set<String>
  }

  private static let formatVersion = 1
  private static let words = [
    "check", "query", "expect", "start", "end", "since", "step", "instant", "limit", "param",
    "skip",
    "format",
  ]

  package static func parse(_ text: String, path: String, context: Context) -> Outcome {
    let lines: CheckLines
    do throws(CheckFault) {
      lines = try CheckLines(text)
    } catch {
      return Outcome(file: CheckFile(path: path, checks: []), faults: [error], parametersUsed: [])
    }
    var parser = CheckParser(lines: lines, context: context)
    let checks = parser.checks()
    return Outcome(
      file: CheckFile(path: path, checks: checks), faults: parser.faults,
      parametersUsed: parser.parametersUsed)
  }

  private init(lines: CheckLines, context: Context) {
    self.lines = lines
    self.context = context
  }

  // MARK: Files

  private mutating func checks() -> [Check] {
    var directives = lines.directives[...]
    readFormat(&directives)
    let shared = directives.prefix { $0.keyword != "check" }
    directives = directives.dropFirst(shared.count)
    refuseRepeated(Array(shared))
    guard !directives.isEmpty else {
      faults.append(CheckFault("there is no check in this file", at: 0..<min(1, lines.bytes.count)))
      return []
    }
    for directive in shared
    where ["query", "expect", "skip", "instant"].contains(directive.keyword) {
      faults.append(
        CheckFault(
          "'\(directive.keyword)' belongs to a check: write 'check' and a name before it",
          at: directive.keywordRange))
    }
    var checks: [Check] = []
    while let head = directives.popFirst() {
      let body = directives.prefix { $0.keyword != "check" }
      directives = directives.dropFirst(body.count)
      if let check = check(head, Array(shared), Array(body)) { checks.append(check) }
    }
    return checks
  }

  /// `format 1` may come first: files of later versions are told from mistakes.
  private mutating func readFormat(_ directives: inout ArraySlice<CheckLines.Directive>) {
    guard let first = directives.first, first.keyword == "format" else { return }
    directives.removeFirst()
    guard let version = Int(lines.text(first.textRange)), version >= 1 else {
      return faults.append(CheckFault("'format' has a number: format 1", at: first.keywordRange))
    }
    guard version > Self.formatVersion else { return }
    faults.append(
      CheckFault(
        "format \(version) is of a later version of traceql; this one knows format "
          + "\(Self.formatVersion)", at: first.textRange))
  }

  // MARK: Checks

  private mutating func check(
    _ head: CheckLines.Directive, _ shared: [CheckLines.Directive], _ body: [CheckLines.Directive]
  ) -> Check? {
    let faultCount = faults.count
    let name = lines.text(head.textRange).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    if name.isEmpty { faults.append(CheckFault("a check needs a name", at: head.keywordRange)) }
    if !name.isEmpty, !names.insert(name).inserted {
      faults.append(CheckFault("there is a check of that name above", at: head.textRange))
    }
    refuseRepeated(body)
    readParameters(shared, body)
    var settings = CheckSettings(context: context)
    for directive in shared + body {
      collect { parser throws(CheckFault) in try settings.read(directive, parser.lines) }
    }
    var range = CheckRange()
    collect { _ throws(CheckFault) in range = try settings.range() }
    guard let source = body.first(where: { $0.keyword == "query" }) else {
      if faults.count == faultCount {
        faults.append(CheckFault("the check has no query", at: head.keywordRange))
      }
      return nil
    }
    var query: Query?
    collect { parser throws(CheckFault) in query = try parser.query(source.textRange) }
    guard let query else { return nil }
    refuseMetricsSettings(query, body)
    var expectations: [CheckExpectation] = []
    for directive in body where directive.keyword == "expect" {
      collect { parser throws(CheckFault) in
        expectations.append(try parser.expectation(directive, of: query))
      }
    }
    if !body.contains(where: { $0.keyword == "expect" }) {
      faults.append(
        CheckFault(
          "the check expects nothing: write 'expect none' or the like", at: head.keywordRange))
    }
    let skip = body.first { $0.keyword == "skip" }
    guard faults.count == faultCount else { return nil }
    return Check(
      name: name, line: head.line, query: query, queryText: lines.text(source.textRange),
      range: range, limit: settings.limit, expectations: expectations,
      skipReason: skip.map { lines.text($0.textRange) })
  }

  /// Runs a step and keeps the fault it ends with.
  private mutating func collect(_ step: (inout CheckParser) throws(CheckFault) -> Void) {
    do throws(CheckFault) {
      try step(&self)
    } catch {
      if !faults.contains(error) { faults.append(error) }
    }
  }

  private mutating func refuseRepeated(_ body: [CheckLines.Directive]) {
    var seen: Set<String> = []
    for directive in body {
      let word = directive.keyword
      guard Self.words.contains(word), word != "format" else {
        let near = NearestName.of(word, among: Self.words)
        faults.append(
          CheckFault(
            "unknown word '\(word)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
              + "; what belongs to the line above must be indented deeper than it",
            at: directive.keywordRange))
        continue
      }
      if word != "expect", word != "param", !seen.insert(word).inserted {
        faults.append(
          CheckFault("'\(word)' is there twice in this check", at: directive.keywordRange))
      }
    }
  }

  private mutating func refuseMetricsSettings(_ query: Query, _ body: [CheckLines.Directive]) {
    guard case .pipeline = query.body else { return }
    for directive in body where directive.keyword == "step" || directive.keyword == "instant" {
      faults.append(
        CheckFault("'\(directive.keyword)' is for metrics queries", at: directive.keywordRange))
    }
  }

  /// The command line's values count more than the check's, and those more than the file's.
  private mutating func readParameters(
    _ shared: [CheckLines.Directive], _ body: [CheckLines.Directive]
  ) {
    var values = ParameterValues()
    for directives in [shared, body] {
      var own = ParameterValues()
      for directive in directives where directive.keyword == "param" {
        do throws(ParameterError) {
          try own.add(assignment: assignment(lines.text(directive.textRange)))
        } catch {
          let fault = CheckFault(error.message, at: directive.textRange)
          if !faults.contains(fault) { faults.append(fault) }
        }
      }
      values = values.overridden(by: own)
    }
    parameters = values.overridden(by: context.parameters)
  }

  /// `name = value` without the blanks around the sign.
  private func assignment(_ text: String) -> String {
    guard let equals = text.firstIndex(of: "=") else { return text }
    let name = text[..<equals].split(separator: " ").joined(separator: " ")
    let value = text[text.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
    return name + "=" + value
  }

  // MARK: Queries

  /// The query that stands in a part of the file; what is wrong is said in the file's places.
  mutating func query(_ range: Range<Int>) throws(CheckFault) -> Query {
    guard !range.isEmpty else {
      throw CheckFault("the query is missing", at: max(0, range.lowerBound - 1)..<range.lowerBound)
    }
    let parsed = Query.parse(
      lines.text(range), dialect: context.dialect, parameters: parameters)
    parametersUsed.formUnion(parsed.parametersUsed)
    if let error = parsed.firstError {
      let start = range.lowerBound + Int(error.range.lowerBound)
      let end = range.lowerBound + Int(error.range.upperBound)
      let message =
        context.dialect == .tempo
        ? error.text(in: lines.text(range), dialect: .tempo)
        : error.code.message
      throw CheckFault(message, at: start..<max(start, end))
    }
    guard let query = parsed.query else { preconditionFailure("no tree without an error") }
    return query
  }
}
