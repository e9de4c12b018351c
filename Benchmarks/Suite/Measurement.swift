/// Runs something again and again and prints its median.
struct Measurement {
  /// Repetitions of each; 1 in the toy run.
  var repetitions: Int
  private(set) var count = 0

  init(repetitions: Int) { self.repetitions = repetitions }

  mutating func section(_ title: String) {
    print("\n\(title)")
    print(String(repeating: "-", count: title.count))
  }

  /// `units` things are done by one call: values, spans.
  mutating func report(
    _ name: String, units: Int, _ unit: String, bytes: Int? = nil, _ body: () throws -> Void
  ) rethrows {
    var times: [Double] = []
    // The first call fills caches.
    for repetition in 0...repetitions {
      let start = ContinuousClock.now
      try body()
      if repetition > 0 { times.append(Self.seconds(ContinuousClock.now - start)) }
    }
    show(name, times, units, unit, bytes)
  }

  mutating func report(
    _ name: String, units: Int, _ unit: String, bytes: Int? = nil, _ body: () async throws -> Void
  ) async rethrows {
    var times: [Double] = []
    for repetition in 0...repetitions {
      let start = ContinuousClock.now
      try await body()
      if repetition > 0 { times.append(Self.seconds(ContinuousClock.now - start)) }
    }
    show(name, times, units, unit, bytes)
  }

  private mutating func show(
    _ name: String, _ times: [Double], _ units: Int, _ unit: String, _ bytes: Int?
  ) {
    count += 1
    let median = times.sorted()[times.count / 2]
    var line = Self.padded(name, 44) + Self.leftPadded(Self.fixed(median * 1000, 3) + " ms", 14)
    line += Self.leftPadded(Self.fixed(Double(units) / median / 1e6, 1) + " M \(unit)/s", 20)
    if let bytes {
      line += Self.leftPadded(Self.fixed(Double(bytes) / median / 1e6, 0) + " MB/s", 14)
    }
    print(line)
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }

  private static func fixed(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    guard places > 0 else { return String(scaled) }
    let digits = String(scaled)
    let whole = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return whole.dropLast(places) + "." + whole.suffix(places)
  }
}
