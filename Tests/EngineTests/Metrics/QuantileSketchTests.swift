import TestSupport
import Testing

@testable import Engine

/// The promise of the sketch, and that it does not matter how numbers were divided.
@Suite struct QuantileSketchTests {
  /// Names of ways to draw numbers.
  static let shapes = [
    "uniform", "exponential", "powers", "signed", "constant", "integers", "tiny",
  ]
  static let ranks = [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1]

  static func numbers(_ shape: String, _ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix(seed: seed)
    func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }
    return (0..<count).map { _ in
      switch shape {
      case "uniform": 1_000 + unit() * 9_000
      case "exponential": 1 / (unit() + 1e-12)
      case "powers": Double(sign: .plus, exponent: Int(unit() * 600) - 300, significand: 1)
      case "signed": (unit() - 0.5) * 1e6
      case "constant": 42.5
      case "integers": Double(Int(unit() * 100))
      default: unit() * 1e-300
      }
    }
  }

  /// The definition, over the sorted numbers: the one of rank max(1, ceil(p · n)).
  private func exact(_ numbers: [Double], _ p: Double) -> Double {
    let sorted = numbers.sorted()
    return sorted[Int(max(1, (p * Double(sorted.count)).rounded(.up))) - 1]
  }

  @Test(arguments: shapes, [1, 2, 63, 64, 65, 1_000, 20_000])
  func everyAnswerIsWithinThePromise(_ shape: String, _ count: Int) {
    let numbers = Self.numbers(shape, count, seed: UInt64(count))
    var sketch = QuantileSketch()
    for number in numbers { sketch.add(number) }
    #expect(sketch.count == Double(count))
    for (p, answer) in zip(Self.ranks, sketch.quantiles(Self.ranks)) {
      let right = exact(numbers, p)
      if count <= QuantileSketch.exactCountMax {
        #expect(answer == right, "p = \(p)")
      } else {
        let error = (answer - right).magnitude
        #expect(
          error <= QuantileSketch.relativeErrorMax * right.magnitude * (1 + 1e-12),
          "p = \(p): \(answer) for \(right)")
      }
    }
  }

  @Test func promiseIsOnePercent() { #expect(QuantileSketch.relativeErrorMax <= 0.01) }

  private func bytes(_ sketch: QuantileSketch) -> [UInt8] {
    var writer = PartialWriter()
    sketch.encode(into: &writer)
    return writer.bytes
  }

  @Test("however numbers are divided, merging gives the same bytes", arguments: shapes, 0..<8)
  func mergingIsLossless(_ shape: String, _ seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let numbers = Self.numbers(shape, 20 + Int(random.next() % 300), seed: UInt64(seed))
    var whole = QuantileSketch()
    for number in numbers { whole.add(number) }
    var parts = [QuantileSketch](repeating: QuantileSketch(), count: 7)
    for number in numbers { parts[Int(random.next() % 7)].add(number) }
    // From the left, from the right, and as a tree.
    let left = parts.reduce(into: QuantileSketch()) { $0.merge($1) }
    let right = parts.reversed().reduce(into: QuantileSketch()) { $0.merge($1) }
    while parts.count > 1 {
      var pair = parts.removeFirst()
      pair.merge(parts.removeFirst())
      parts.append(pair)
    }
    #expect(bytes(left) == bytes(whole))
    #expect(bytes(right) == bytes(whole))
    #expect(bytes(parts[0]) == bytes(whole))
  }

  @Test func weightsStandForRepetition() {
    var weighted = QuantileSketch()
    var repeated = QuantileSketch()
    for (number, weight) in [(10.0, 3.0), (20, 100), (30, 4)] {
      weighted.add(number, weight: weight)
      for _ in 0..<Int(weight) { repeated.add(number) }
    }
    #expect(weighted.quantiles(Self.ranks) == repeated.quantiles(Self.ranks))
  }

  @Test func emptyAndExtremeNumbers() {
    #expect(QuantileSketch().quantiles([0.5])[0].isNaN)
    var sketch = QuantileSketch()
    for _ in 0..<40 {
      for number in [-Double.infinity, -1, 0, -0.0, .leastNonzeroMagnitude, 1, .infinity] {
        sketch.add(number)
      }
    }
    let answers = sketch.quantiles([0, 0.2, 0.5, 0.8, 1])
    #expect(answers[0] == -.infinity && answers[4] == .infinity && answers[2] == 0)
    #expect((answers[1] + 1).magnitude < 0.01 && (answers[3] - 1).magnitude < 0.01)
  }

  @Test("the byte form gives the same sketch", arguments: shapes, [0, 5, 64, 65, 4_000])
  func roundTrip(_ shape: String, _ count: Int) throws {
    var sketch = QuantileSketch()
    for number in Self.numbers(shape, count, seed: 9) { sketch.add(number) }
    let encoded = bytes(sketch)
    var reader = PartialReader(encoded)
    let again = try QuantileSketch(decoding: &reader)
    #expect(reader.isAtEnd)
    #expect(bytes(again) == encoded && again.count == sketch.count)
  }
}
