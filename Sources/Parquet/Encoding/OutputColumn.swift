/// An array that is filled front to back, a page at a time, without being cleared first.
struct OutputColumn<Element: BitwiseCopyable> {
  private var storage: [Element]
  private(set) var count = 0

  /// More than this is never reserved on the word of the metadata alone.
  static var reserveMax: Int { 1 << 22 }

  init(reserving estimate: Int) {
    storage = Self.uninitialized(Swift.max(0, Swift.min(estimate, Self.reserveMax)))
  }

  /// Room for just so many, which the caller has bytes for.
  init(exactly count: Int) { storage = Self.uninitialized(count) }

  private static func uninitialized(_ count: Int) -> [Element] {
    if count == 0 { return [] }
    // Nothing is read before it is written: `finish` cuts off what `write` did not fill.
    return [Element](unsafeUninitializedCapacity: count) { _, filled in filled = count }
  }

  /// Gives `body` room for `room` elements after those present; it returns how many it wrote.
  mutating func write<Failure: Error>(
    upTo room: Int,
    _ body: (UnsafeMutablePointer<Element>) throws(Failure) -> Int
  ) throws(Failure) {
    guard room > 0 else { return }
    if storage.count - count < room { grow(by: room) }
    let start = count
    let written = try storage.withUnsafeMutableBufferPointer { buffer throws(Failure) -> Int in
      guard let base = buffer.baseAddress else { preconditionFailure("there is room") }
      return try body(base + start)
    }
    precondition(written >= 0 && written <= room, "no more is written than was asked for")
    count += written
  }

  private mutating func grow(by room: Int) {
    let kept = count
    var larger = Self.uninitialized(Swift.max(kept + room, kept * 2))
    larger.withUnsafeMutableBufferPointer { target in
      storage.withUnsafeBufferPointer { source in
        guard kept > 0, let to = target.baseAddress, let from = source.baseAddress else { return }
        to.update(from: from, count: kept)
      }
    }
    storage = larger
  }

  mutating func append(_ element: Element) {
    write(upTo: 1) { target in
      target.pointee = element
      return 1
    }
  }

  mutating func append(copying source: UnsafePointer<Element>, count: Int) {
    write(upTo: count) { target in
      target.update(from: source, count: count)
      return count
    }
  }

  /// Hands over the filled part and starts again with nothing.
  mutating func finish() -> [Element] {
    // Taken out first, so that cutting off the rest does not copy what another reference holds.
    var filled: [Element] = []
    swap(&filled, &storage)
    let count = count
    self.count = 0
    if filled.count - count > count / 2 + 64 { return Array(filled[..<count]) }
    filled.removeLast(filled.count - count)
    return filled
  }
}
