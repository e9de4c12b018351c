import Oracle
import TestSupport

/// Random queries over random spans, put to engine and oracle.
struct SearchFuzz {
  var seed: UInt64
  var count: Int
  /// Stops after so many faults.
  var faultsMax = 1

  private static let queriesPerStore = 10

  /// The number of faults.
  func run() -> Int {
    var faults = 0
    var asked = 0
    var store = seed
    while asked < count && faults < faultsMax {
      for question in SearchCase.cases(seed: store, count: min(Self.queriesPerStore, count - asked))
      {
        asked += 1
        guard question.difference() != nil else { continue }
        faults += 1
        report(question.shrunk(), seed: store)
        if faults == faultsMax { break }
      }
      store &+= 1
      if asked % 100_000 == 0 { print("\(asked) queries, \(faults) faults") }
    }
    print("search: \(asked) queries, \(faults) faults, seed \(seed)")
    return faults
  }

  private func report(_ question: SearchCase, seed: UInt64) {
    print("--- seed \(seed), \(question.store.scope) scope, \(question.store.storing)")
    for (number, block) in question.store.blocks.enumerated() {
      print("block \(number)")
      for trace in block { print(trace.notation) }
    }
    print("query\n  \(question.text)")
    print(question.difference() ?? "no difference after shrinking")
  }
}
