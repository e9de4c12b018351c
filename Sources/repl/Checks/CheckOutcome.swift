/// How one check ended.
package struct CheckOutcome: Sendable, Equatable {
  /// An expectation that the answer does not meet.
  package struct Failure: Sendable, Equatable {
    /// Line of the expectation in its file.
    package var line: Int
    /// "every value <= 800ms"
    package var expected: String
    /// What came instead, a sentence without its first capital and full stop.
    package var found: String
    /// The first rows that are wrong.
    package var rows: [String]

    package init(line: Int, expected: String, found: String, rows: [String] = []) {
      self.line = line
      self.expected = expected
      self.found = found
      self.rows = rows
    }
  }

  package enum Status: Sendable, Equatable {
    case passed
    case failed([Failure])
    case skipped(String)
    /// The query could not be answered, or not wholly.
    case broken(String)
  }

  /// Path of the file.
  package var file: String
  package var name: String
  package var line: Int
  package var status: Status
  package var elapsedNanoseconds: UInt64

  package init(
    file: String, name: String, line: Int, status: Status, elapsedNanoseconds: UInt64
  ) {
    self.file = file
    self.name = name
    self.line = line
    self.status = status
    self.elapsedNanoseconds = elapsedNanoseconds
  }

  /// "no errors in checkout" of "checks/checkout.check".
  package var fullName: String { "\(file): \(name)" }
}

/// How many checks ended which way.
package struct CheckCounts: Sendable, Equatable {
  package var passed = 0
  package var failed = 0
  package var skipped = 0
  package var broken = 0

  package init(_ outcomes: some Sequence<CheckOutcome>) {
    for outcome in outcomes {
      switch outcome.status {
      case .passed: passed += 1
      case .failed: failed += 1
      case .skipped: skipped += 1
      case .broken: broken += 1
      }
    }
  }

  package var total: Int { passed + failed + skipped + broken }

  /// "3 checks: 1 passed, 1 failed, 1 skipped"
  package var text: String {
    let parts = [
      (passed, "passed"), (failed, "failed"), (broken, "not answered"), (skipped, "skipped"),
    ].filter { $0.0 > 0 }.map { "\(NumberText.grouped($0.0)) \($0.1)" }
    return NumberText.counted(total, "check")
      + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }
}
