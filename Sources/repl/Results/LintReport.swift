package import TraceQL
import Wire

/// Everything `lint` found, for the formats that programs read.
package struct LintReport: Sendable {
  struct Finding: Sendable {
    var file: String
    var start: SourcePosition
    var end: SourcePosition
    var severity: Diagnostic.Severity
    var code: String
    var message: String
  }

  private var findings: [Finding] = []
  private var queryCount = 0
  package var emptyFileCount = 0

  package init() {}

  package mutating func add(_ found: [Diagnostic], file: String, piece: QueryFile.Piece) {
    queryCount += 1
    for diagnostic in found {
      var start = SourcePosition(of: Int(diagnostic.range.lowerBound), in: piece.text)
      var end = SourcePosition(of: Int(diagnostic.range.upperBound), in: piece.text)
      start.line += piece.linesBefore
      end.line += piece.linesBefore
      findings.append(
        Finding(
          file: file, start: start, end: end, severity: diagnostic.severity,
          code: diagnostic.code.stableName, message: diagnostic.code.message))
    }
  }

  package var errorCount: Int { findings.count { $0.severity == .error } }
  package var warningCount: Int { findings.count { $0.severity == .warning } }
  private var noteCount: Int { findings.count { $0.severity == .note } }

  /// "20 queries: 1 error, 3 warnings"
  package var summary: String {
    let counts = [(errorCount, "error"), (warningCount, "warning"), (noteCount, "note")]
    let said = counts.filter { $0.0 > 0 }.map { NumberText.counted($0.0, $0.1) }
    let queries =
      queryCount == 1 ? "1 query" : NumberText.grouped(queryCount) + " queries"
    return queries + (said.isEmpty ? ": nothing to say" : ": " + said.joined(separator: ", "))
  }

  // MARK: Formats

  /// A list of objects, one a finding.
  package func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.array { list in
      for finding in findings {
        list.object { object in
          object.member("file", finding.file)
          object.member("line", finding.start.line)
          object.member("column", finding.start.column)
          object.member("endLine", finding.end.line)
          object.member("endColumn", finding.end.column)
          object.member("severity", finding.severity.word)
          object.member("code", finding.code)
          object.member("message", finding.message)
        }
      }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  /// SARIF 2.1.0, which code hosts show beside the code.
  package func sarif() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { top in
      top.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
      top.member("version", "2.1.0")
      top.key("runs")
      top.array { runs in
        runs.object { run in
          run.key("tool")
          run.object { tool in
            tool.key("driver")
            tool.object { driver in
              driver.member("name", "traceql lint")
              driver.member("version", ProgramVersion.text)
              driver.key("rules")
              driver.array { rules in
                for code in Set(findings.map(\.code)).sorted() {
                  rules.object { $0.member("id", code) }
                }
              }
            }
          }
          run.member("columnKind", "unicodeCodePoints")
          run.key("results")
          run.array { results in
            for finding in findings { Self.add(finding, to: &results) }
          }
        }
      }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func add(_ finding: Finding, to results: inout JSONWriter) {
    results.object { result in
      result.member("ruleId", finding.code)
      result.member("level", finding.severity.word)
      result.key("message")
      result.object { $0.member("text", finding.message) }
      result.key("locations")
      result.array { locations in
        locations.object { location in
          location.key("physicalLocation")
          location.object { place in
            place.key("artifactLocation")
            place.object { $0.member("uri", finding.file) }
            place.key("region")
            place.object { region in
              region.member("startLine", finding.start.line)
              region.member("startColumn", finding.start.column)
              region.member("endLine", finding.end.line)
              region.member("endColumn", finding.end.column)
            }
          }
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  fileprivate mutating func member(_ name: String, _ value: Int) {
    key(name)
    int(value)
  }
}
