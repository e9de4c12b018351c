/// Quantiles of numbers that come one by one, within a promised relative error.
///
/// This is DDSketch (C. Masson, J. E. Rim, H. K. Lee: "DDSketch: A fast and fully-mergeable
/// quantile sketch with relative-error guarantees", PVLDB 12(12), 2019) with buckets of linear
/// width inside each power of two, so that the bucket of a number is a shift of its bits: 64
/// buckets an octave
/// keep every answer within 1/129, which is less than 0.8 %. Few numbers are kept as they are and
/// answered exactly. What a sketch holds depends on the numbers alone, not on their order nor on
/// how they were divided: merging is associative, commutative and loses nothing.
///
/// Numbers below the smallest normal double (2^-1022) count as 0. NaN must not be added.
struct QuantileSketch: Sendable {
  /// So many numbers are kept exactly.
  static let exactCountMax = 64
  /// Of an answer, against the number of that rank.
  static let relativeErrorMax = 1.0 / 129

  /// Numbers added, weighted.
  private(set) var count = 0.0
  /// All numbers, in any order, while they are few and weigh 1 each; empty afterwards.
  private(set) var values: [Double] = []
  /// Runs of 64 buckets that hold something, ascending: bucket numbers without their last 6 bits.
  private(set) var octaves: [Int32] = []
  /// 64 counts for each of `octaves`.
  private(set) var counts: [Double] = []

  static let bucketsPerOctave = 64

  init() {}

  /// From parts that are known to fit together.
  init(values: [Double], octaves: [Int32], counts: [Double]) {
    precondition(counts.count == octaves.count * Self.bucketsPerOctave, "64 counts an octave")
    precondition(values.isEmpty || octaves.isEmpty, "numbers are kept exactly or in buckets")
    self.values = values
    self.octaves = octaves
    self.counts = counts
    count = counts.reduce(Double(values.count), +)
  }

  var isEmpty: Bool { count == 0 }
  var isExact: Bool { octaves.isEmpty }

  /// Bytes this sketch keeps in memory, roughly.
  var memoryBytes: Int { 96 + values.count * 8 + octaves.count * (4 + 8 * Self.bucketsPerOctave) }

  mutating func add(_ value: Double) {
    count += 1
    if octaves.isEmpty {
      if values.count < Self.exactCountMax {
        values.append(value)
        return
      }
      leaveExactness()
    }
    addToBucket(Self.bucket(of: value), 1)
  }

  /// Adds many numbers.
  mutating func add(_ numbers: ArraySlice<Double>) {
    count += Double(numbers.count)
    if octaves.isEmpty {
      if values.count + numbers.count <= Self.exactCountMax {
        values += numbers
        return
      }
      leaveExactness()
    }
    if numbers.isEmpty || addContiguously(numbers) { return }
    for number in numbers { addToBucket(Self.bucket(of: number), 1) }
  }

  /// Adds positive numbers of the octaves from the first to the last; false, and nothing added, if
  /// there are others or one of these octaves is missing. Buckets follow each other then.
  private mutating func addContiguously(_ numbers: ArraySlice<Double>) -> Bool {
    var low = Int32.max
    var high = Int32.min
    for number in numbers {
      let octave = Self.bucket(of: number) &>> 6
      low = min(low, octave)
      high = max(high, octave)
    }
    _ = place(of: low)
    _ = place(of: high)
    guard let first = octaves.first, let last = octaves.last, low >= 0 else { return false }
    guard Int(last) - Int(first) == octaves.count - 1 else { return false }
    let start = Int(first) * Self.bucketsPerOctave
    counts.withUnsafeMutableBufferPointer { counts in
      for number in numbers { counts[Int(Self.bucket(of: number)) &- start] += 1 }
    }
    return true
  }

  /// A number that stands for `weight` numbers.
  mutating func add(_ value: Double, weight: Double) {
    if weight == 1 { return add(value) }
    count += weight
    if octaves.isEmpty { leaveExactness() }
    addToBucket(Self.bucket(of: value), weight)
  }

  mutating func merge(_ other: QuantileSketch) {
    if other.isEmpty { return }
    if isEmpty {
      self = other
      return
    }
    if isExact, other.isExact, values.count + other.values.count <= Self.exactCountMax {
      values += other.values
      count += other.count
      return
    }
    if isExact { leaveExactness() }
    count += other.count
    for value in other.values { addToBucket(Self.bucket(of: value), 1) }
    for (index, octave) in other.octaves.enumerated() {
      let target = place(of: octave) * Self.bucketsPerOctave
      let source = index * Self.bucketsPerOctave
      counts.withUnsafeMutableBufferPointer { counts in
        other.counts.withUnsafeBufferPointer { others in
          for i in 0..<Self.bucketsPerOctave { counts[target &+ i] += others[source &+ i] }
        }
      }
    }
  }

  /// For each `p` the number of rank `max(1, ceil(p · count))`, or one within the promised error
  /// of it; NaN if there is none.
  func quantiles(_ ranks: [Double]) -> [Double] {
    if isEmpty { return ranks.map { _ in .nan } }
    let sorted = values.sorted()
    let totals = octaves.indices.map { counts[buckets(of: $0)].reduce(0, +) }
    return ranks.map { p in
      let rank = max(1, (p * count).rounded(.up))
      return isExact ? sorted[min(sorted.count, Int(rank)) - 1] : bucketed(rank, totals)
    }
  }

  /// Where the buckets of an octave stand.
  private func buckets(of index: Int) -> Range<Int> {
    index * Self.bucketsPerOctave..<(index + 1) * Self.bucketsPerOctave
  }

  /// `totals`: what each octave holds.
  private func bucketed(_ rank: Double, _ totals: [Double]) -> Double {
    var seen = 0.0
    var octave = 0
    while octave < octaves.count - 1, seen + totals[octave] < rank {
      seen += totals[octave]
      octave += 1
    }
    var last = 0
    for (bucket, count) in counts[buckets(of: octave)].enumerated() where count > 0 {
      seen += count
      last = bucket
      if seen >= rank { break }
    }
    return Self.estimate(octaves[octave] &<< 6 | Int32(last))
  }

  // MARK: Buckets

  /// Sign, exponent and the first six bits of the fraction: ascending with the number.
  static func bucket(of value: Double) -> Int32 {
    let number = Int32(truncatingIfNeeded: value.magnitude.bitPattern &>> 46)
    if number < bucketsPerOctave { return 0 }
    return value < 0 ? -number : number
  }

  /// The number from which no number of the bucket is further than the promised error.
  static func estimate(_ bucket: Int32) -> Double {
    let number = UInt64(bucket.magnitude)
    let low = Double(bitPattern: number &<< 46)
    let step = Double(number & 63)
    // The harmonic mean of both ends: low · 2r / (1 + r) with r = (65 + step) / (64 + step).
    let value = low.isFinite ? low * (2 * (65 + step) / (129 + 2 * step)) : low
    return bucket < 0 ? -value : value
  }

  private mutating func addToBucket(_ bucket: Int32, _ weight: Double) {
    counts[place(of: bucket &>> 6) &* Self.bucketsPerOctave &+ Int(bucket & 63)] += weight
  }

  /// Where the buckets of an octave stand; there are few octaves.
  private mutating func place(of octave: Int32) -> Int {
    // Where none is missing in between, the first says where all of them stand.
    if let first = octaves.first, octave >= first {
      let guess = Int(octave) - Int(first)
      if guess < octaves.count, octaves[guess] == octave { return guess }
    }
    var index = 0
    while index < octaves.count, octaves[index] < octave { index &+= 1 }
    if index < octaves.count, octaves[index] == octave { return index }
    octaves.insert(octave, at: index)
    counts.insert(
      contentsOf: repeatElement(0, count: Self.bucketsPerOctave),
      at: index * Self.bucketsPerOctave)
    return index
  }

  private mutating func leaveExactness() {
    let exact = values
    values = []
    for value in exact { addToBucket(Self.bucket(of: value), 1) }
  }
}
