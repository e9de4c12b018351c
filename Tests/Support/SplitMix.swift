/// A small seeded random generator: the same seed gives the same test on every machine.
package struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

// MARK: Values

extension SplitMix {
  /// A number of `range`.
  package mutating func integer(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  /// True `percent` times out of a hundred.
  package mutating func chance(percent: Int) -> Bool { integer(1...100) <= percent }

  /// Numbers of at most `bits` bits, as many as a number drawn from `count` says.
  package mutating func integers(count: ClosedRange<Int>, bits: ClosedRange<Int>) -> [UInt64] {
    let width = integer(bits)
    let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
    return (0..<integer(count)).map { _ in next() & mask }
  }

  package mutating func bytes(count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// A string of up to `length` characters, with multi-byte ones among them.
  package mutating func text(length: ClosedRange<Int>) -> String {
    let alphabet = Array("abcxyz0189 _-./\"\\äß€日😀")
    return String((0..<integer(length)).map { _ in alphabet.randomElement(using: &self)! })
  }

  /// One of `choices`, which must not be empty.
  package mutating func pick<Element>(_ choices: [Element]) -> Element {
    precondition(!choices.isEmpty, "there is something to pick from")
    return choices[integer(0...choices.count - 1)]
  }
}
