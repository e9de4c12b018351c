import Testing
import traceql

/// The parsed command line, or the error.
private func parse(_ line: [String]) -> Result<ParsedArguments, UsageError> {
  do throws(UsageError) { return .success(try ArgumentParser.parse(line)) } catch {
    return .failure(error)
  }
}

private func message(_ line: [String]) -> String? {
  if case .failure(let error) = parse(line) { return error.message }
  return nil
}

@Test func flagsStandBeforeAndAfterTheOperand() throws {
  let parsed = try parse(["query", "--limit", "5", "{ }", "--output=csv", "--start", "-1h"]).get()
  #expect(parsed.request == .run(.query))
  #expect(parsed.operands == ["{ }"])
  #expect(parsed.value(.limit) == "5")
  #expect(parsed.value(.output) == "csv")
  #expect(parsed.value(.start) == "-1h")
}

@Test func flagsBeforeTheCommandCount() throws {
  let parsed = try parse(["--source", "/data", "blocks"]).get()
  #expect(parsed.request == .run(.blocks))
  #expect(parsed.value(.source) == "/data")
}

@Test func twoDashesEndTheFlags() throws {
  #expect(try parse(["query", "--", "--limit"]).get().operands == ["--limit"])
}

@Test func aSingleDashIsAnOperand() throws {
  #expect(try parse(["api", "-"]).get().operands == ["-"])
}

@Test func headersRepeatAndShortFlagsTakeValues() throws {
  let parsed = try parse(["api", "-i", "-H", "A: b", "-HC: d", "/api/echo"]).get()
  #expect(parsed.values[.header] == ["A: b", "C: d"])
  #expect(parsed.isSet(.include))
}

@Test(
  arguments: [
    (["--help"], ParsedArguments.Request.help(nil)), (["query", "-h"], .help(.query)),
    (["help", "trace"], .help(.trace)), (["help"], .help(nil)), (["--version"], .version),
    (["blocks", "--version"], .version), (["query", "--help", "--bogus-not"], .help(.query)),
  ] as [([String], ParsedArguments.Request)])
func helpAndVersionNeedNothingElse(line: [String], request: ParsedArguments.Request) {
  if line.contains("--bogus-not") {
    #expect(message(line) == "unknown flag '--bogus-not'")
  } else {
    #expect((try? parse(line).get().request) == request)
  }
}

@Test(
  arguments: [
    (["qury"], "unknown command 'qury'; did you mean 'query'?"),
    (["frobnicate"], "unknown command 'frobnicate'"),
    (["{ status = error }"], "no command given"),
    (["query"], "no query given"),
    (["query", "{ }", "--limt", "3"], "unknown flag '--limt'; did you mean '--limit'?"),
    (["query", "{ }", "--out", "csv"], "unknown flag '--out'; did you mean '--output'?"),
    (["query", "{ }", "--limit"], "--limit needs a value: --limit N"),
    (["query", "{ }", "--limit", "--utc"], "--limit needs a value: --limit N"),
    (["query", "{ }", "--utc=yes"], "--utc takes no value"),
    (["query", "{ }", "--output", "jsn"], "--output cannot be 'jsn'; did you mean 'json'?"),
    (["query", "{ }", "--limit", "1", "--limit", "2"], "--limit is given twice"),
    (["query", "{", "status", "=", "error", "}"], "unexpected argument 'status'"),
    (["query", "-f", "q.traceql", "{ }"], "a query and --file are both given; one is enough"),
    (["trace"], "TRACE-ID is missing"),
    (["blocks", "--limit", "3"], "'traceql blocks' has no --limit"),
    (["trace", "-x", "1"], "unknown flag '-x'"),
    (["tags", "extra"], "unexpected argument 'extra'"),
  ] as [([String], String)])
func usageErrorsSayWhatIsWrong(line: [String], expected: String) {
  #expect(message(line) == expected)
}

@Test func anUnquotedQueryIsGivenBackQuoted() {
  guard case .failure(let error) = parse(["query", "{", "name", "=", "\"it's\"", "}"]) else {
    Issue.record("an unquoted query is an error")
    return
  }
  #expect(error.hint == #"Quote the query: traceql query '{ name = "it'\''s" }'"#)
}

@Test func everyNameHasItsPlaceInTheTable() {
  #expect(ArgumentTable.flags.map(\.name) == Flag.Name.allCases)
  #expect(ArgumentTable.commands.map(\.name) == Command.Name.allCases)
}

@Test func everyExampleInTheHelpIsUnderstood() throws {
  for command in ArgumentTable.commands {
    #expect(!command.examples.isEmpty)
    for example in command.examples {
      // What other programs stand before it in a pipe, and where it is written, is their business.
      let words = shellWords(example.command)
      let own = (words.split(separator: "|").last ?? []).prefix { $0 != ">" }
      let parsed = try ArgumentParser.parse(Array(own.dropFirst()), isSource: { $0.contains("/") })
      #expect(parsed.request == .run(command.name), "\(example.command)")
      _ = try Settings(parsed, nowNanoseconds: 1 << 60)
    }
  }
}

@Test(arguments: Command.Name.allCases)
func helpNamesEveryFlagAndFitsAHundredColumns(name: Command.Name) {
  let text = HelpText.command(name)
  for flag in ArgumentTable.command(name).flags { #expect(text.contains(flag.spelling)) }
  #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
}

/// Splits at blanks outside single quotes, as a shell does.
private func shellWords(_ line: String) -> [String] {
  var words = [""]
  var isQuoted = false
  for character in line {
    switch character {
    case "'": isQuoted.toggle()
    case " " where !isQuoted: words.append("")
    default: words[words.count - 1].append(character)
    }
  }
  return words
}
