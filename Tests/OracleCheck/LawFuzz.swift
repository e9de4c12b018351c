import Oracle

/// Laws over random spans and queries.
struct LawFuzz {
  var seed: UInt64
  var count: Int
  var faultsMax = 1

  /// The number of faults.
  func run() -> Int {
    var faults = 0
    var held: [String: Int] = [:]
    for number in 0..<count where faults < faultsMax {
      var question = LawCase(seed: seed &+ UInt64(number))
      if let failure = question.failure() {
        faults += 1
        print("--- law of \(question.law), seed \(seed &+ UInt64(number))\n\(failure)")
      }
      held["\(question.law)", default: 0] += 1
    }
    let each = held.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("laws: \(count) cases (\(each.joined(separator: ", "))), \(faults) faults, seed \(seed)")
    return faults
  }
}
