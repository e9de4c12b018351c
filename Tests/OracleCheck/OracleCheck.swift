import Foundation

/// Holds the engine and the oracle against each other, and the oracle against recorded answers.
@main
struct OracleCheck {
  static let usage = """
    usage: oracle-check answers SPANS -                    answers request paths by the oracle
           oracle-check search [--seed N] [--count N]      engine against oracle, random queries
                               [--faults N]
           oracle-check laws [--seed N] [--count N] [--faults N]      what must hold for any spans
           oracle-check metrics | metrics-laws | windows [--seed N] [--count N] [--faults N]
           oracle-check spans | queries [--seed N] [--count N]         random ones, one a line
    """

  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    switch arguments.popFirst() {
    case "answers":
      guard let path = arguments.popFirst() else { return print(usage) }
      try AnswerSession(spans: path).run()
    case "search":
      let options = Options(arguments)
      let fuzz = SearchFuzz(
        seed: options.seed, count: options["count"] ?? 10_000, faultsMax: options["faults"] ?? 1)
      exit(fuzz.run() == 0 ? 0 : 1)
    case "laws":
      let options = Options(arguments)
      let fuzz = LawFuzz(
        seed: options.seed, count: options["count"] ?? 4_000, faultsMax: options["faults"] ?? 1)
      exit(fuzz.run() == 0 ? 0 : 1)
    case "metrics", "metrics-laws", "windows":
      let options = Options(arguments)
      let fuzz = MetricsFuzz(
        seed: options.seed, count: options["count"] ?? 5_000, faultsMax: options["faults"] ?? 1)
      let faults =
        switch CommandLine.arguments[1] {
        case "metrics": fuzz.run()
        case "windows": fuzz.runWindows()
        default: fuzz.runLaws()
        }
      exit(faults == 0 ? 0 : 1)
    case "spans", "queries":
      let options = Options(arguments)
      let export = RandomExport(seed: options.seed, count: options["count"] ?? 100)
      if CommandLine.arguments[1] == "queries" { return export.printQueries() }
      try export.printTraces()
    default:
      print(usage)
      exit(2)
    }
  }
}

/// `--name number` pairs.
struct Options {
  private var numbers: [String: Int] = [:]

  init(_ arguments: ArraySlice<String>) {
    for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") {
      numbers[String(name.dropFirst(2))] = Int(value)
    }
  }

  subscript(name: String) -> Int? { numbers[name] }

  var seed: UInt64 { UInt64(numbers["seed"] ?? 1) }
}
