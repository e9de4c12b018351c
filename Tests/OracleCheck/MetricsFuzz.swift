import Oracle

/// Random metrics queries over random spans, put to engine and oracle; and the laws of metrics.
struct MetricsFuzz {
  var seed: UInt64
  var count: Int
  var faultsMax = 1

  private static let queriesPerStore = 10

  /// The number of faults.
  func run() -> Int {
    var faults = 0
    var asked = 0
    var store = seed
    while asked < count && faults < faultsMax {
      let size = min(Self.queriesPerStore, count - asked)
      for question in MetricsCase.cases(seed: store, count: size) where faults < faultsMax {
        asked += 1
        guard let difference = question.difference() else { continue }
        faults += 1
        let small = question.shrunk()
        print("--- seed \(store), \(small.window)")
        for (number, block) in small.store.blocks.enumerated() {
          print("block \(number), \(small.store.storing[number])")
          for trace in block { print(trace.notation) }
        }
        print("query\n  \(small.text)")
        if small.plain != small.text { print("written out\n  \(small.plain)") }
        print(small.difference() ?? difference)
      }
      store &+= 1
    }
    print("metrics: \(asked) queries, \(faults) faults, seed \(seed)")
    return faults
  }

  /// Requests' times: intervals and refusals.
  func runWindows() -> Int {
    var faults = 0
    for number in 0..<count where faults < faultsMax {
      guard let fault = WindowCase(seed: seed &+ UInt64(number)).difference() else { continue }
      faults += 1
      print("--- seed \(seed &+ UInt64(number))\n\(fault)")
    }
    print("windows: \(count) requests, \(faults) faults, seed \(seed)")
    return faults
  }

  func runLaws() -> Int {
    var faults = 0
    for number in 0..<count where faults < faultsMax {
      var question = MetricsLawCase(seed: seed &+ UInt64(number))
      if let failure = question.failure() {
        faults += 1
        print("--- law of \(question.law), seed \(seed &+ UInt64(number))\n\(failure)")
      }
    }
    print("laws of metrics: \(count) cases, \(faults) faults, seed \(seed)")
    return faults
  }
}
