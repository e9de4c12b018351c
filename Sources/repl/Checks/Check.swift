package import TraceQL

/// One query of a check file, and what its answer must be.
package struct Check: Sendable {
  package var name: String
  /// Where the check begins in its file; lines count from 1.
  package var line: Int
  package var query: Query
  /// The query as it was written.
  package var queryText: String
  package var range: CheckRange
  /// Traces of a search that are looked at one by one.
  package var limit: Int
  package var expectations: [CheckExpectation]
  /// Why the check is not run.
  package var skipReason: String?
}

/// The time a check is about.
package struct CheckRange: Sendable, Equatable {
  /// Unix nanoseconds, inclusive; nil for what the command line says.
  package var timeRange: Settings.TimeRange?
  /// Of a metrics query; nil for what suits the range.
  package var stepNanoseconds: UInt64?
  package var isInstant = false

  package init() {}
}

/// The checks of one file.
package struct CheckFile: Sendable {
  /// As it was named on the command line.
  package var path: String
  package var checks: [Check]
}

/// What is wrong with a check file.
package struct CheckFault: Error, Sendable, Equatable {
  /// In bytes of the file.
  package var range: Range<Int>
  package var message: String

  package init(_ message: String, at range: Range<Int>) {
    self.message = message
    self.range = range
  }
}
