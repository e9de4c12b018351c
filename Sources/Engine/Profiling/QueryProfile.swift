import Synchronization

/// What the operators of a running query cost: filled by all workers, a few entries a unit.
final class QueryProfile: Sendable {
  /// What is measured.
  enum Operator: Hashable, Sendable {
    case open, dictionaries, repeatedTraces, scan, merge
    /// Of a unit: which of its traces lie in the time range.
    case prepare
    /// Reading where the resources, scopes and spans of each trace stand.
    case layOut
    /// Cutting a unit down to the traces that can still match.
    case narrow
    case probe(filter: Int, part: Int)
    case filter(filter: Int, part: Int)
    case correlated(filter: Int)
    case stage(Int)
    case observe
    case list
    /// What a worker did with a unit beside all that.
    case unit
  }

  /// Metrics queries evaluate several searches; other queries are function 0.
  struct Key: Hashable, Sendable {
    var function = 0
    var `operator`: Operator
  }

  struct Cost: Sendable {
    /// Of all threads together.
    var nanoseconds = 0
    var rowsIn = 0
    var rowsOut = 0
    var bytesRead = 0
    var pagesRead = 0
    var pagesPruned = 0
    /// Workers that took part; serial operators have worker 0 alone.
    var workers: Set<Int> = []

    mutating func add(_ other: Cost) {
      nanoseconds += other.nanoseconds
      rowsIn += other.rowsIn
      rowsOut += other.rowsOut
      bytesRead += other.bytesRead
      pagesRead += other.pagesRead
      pagesPruned += other.pagesPruned
      workers.formUnion(other.workers)
    }
  }

  private let costs = Mutex<[Key: Cost]>([:])

  func add(_ cost: Cost, to key: Key) { costs.withLock { $0[key, default: Cost()].add(cost) } }

  func cost(_ operator: Operator, function: Int = 0) -> Cost? {
    costs.withLock { $0[Key(function: function, operator: `operator`)] }
  }

  /// What an operator cost in each function it ran for.
  func costs(_ operator: Operator) -> [Cost] {
    costs.withLock { $0.filter { $0.key.operator == `operator` }.map(\.value) }
  }

  /// All operators of units together: what workers were busy with.
  var busyNanoseconds: Int {
    costs.withLock { costs in
      costs.reduce(0) { sum, entry in
        switch entry.key.operator {
        case .open, .dictionaries, .repeatedTraces, .scan, .merge: sum
        default: sum + entry.value.nanoseconds
        }
      }
    }
  }
}

extension ContinuousClock.Instant {
  var nanosecondsSince: Int { (ContinuousClock.now - self).wholeNanoseconds }
}

extension Duration {
  var wholeNanoseconds: Int {
    Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
  }
}
