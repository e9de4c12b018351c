import Columns

/// The values of a read under construction, whatever their type and encoding.
struct ValueCollector {
  private enum Kind { case int64, double, bool, text }

  private let kind: Kind
  private let decoder: PageValues
  private var ints: OutputColumn<Int64>
  private var doubles: OutputColumn<Double>
  private var bools: OutputColumn<UInt8>
  private var text: TextOutput
  private let scratch = ByteBuffer()

  /// `estimate` values are expected; a wrong guess costs time only.
  init(
    leaf: Leaf, dictionary: ChunkDictionary?, limits: ReadLimits, reserving estimate: Int
  ) throws(DecodingFailure) {
    decoder = PageValues(leaf: leaf, dictionary: dictionary, limits: limits)
    switch leaf.physicalType {
    case .boolean: kind = .bool
    case .int32, .int64: kind = .int64
    case .float, .double: kind = .double
    case .byteArray, .fixedLengthByteArray: kind = .text
    case .int96: throw .unsupported("INT96 values")
    }
    var table: StringTable?
    if case .text(let entries) = dictionary { table = entries }
    ints = OutputColumn(reserving: kind == .int64 ? estimate : 0)
    doubles = OutputColumn(reserving: kind == .double ? estimate : 0)
    bools = OutputColumn(reserving: kind == .bool ? estimate : 0)
    text = TextOutput(dictionary: table, reserving: kind == .text ? estimate : 0)
  }

  var count: Int {
    switch kind {
    case .int64: ints.count
    case .double: doubles.count
    case .bool: bools.count
    case .text: text.count
    }
  }

  /// Bytes of plain strings so far.
  var textBytes: Int { text.byteCount }

  mutating func finish() -> ColumnValues {
    switch kind {
    case .int64: .int64(ints.finish())
    case .double: .double(doubles.finish())
    case .bool: .bool(bools.finish())
    case .text: .text(text.finish())
    }
  }

  /// Appends the values of `page` (it has `count`) that lie in `ranges`, which ascend; nil = all.
  mutating func append(
    _ page: LoadedPage, count: Int, ranges: [Range<Int>]?
  ) throws(DecodingFailure) {
    guard count > 0 else { return }
    if let ranges, ranges.allSatisfy({ $0.isEmpty }) { return }
    let decoder = decoder
    switch kind {
    case .text: try appendText(page, count, ranges)
    case .int64:
      try Self.append(&ints, count, ranges, scratch) { target throws(DecodingFailure) in
        try decoder.int64(page, count, upTo: ranges?.last?.upperBound, into: target)
      }
    case .double:
      try Self.append(&doubles, count, ranges, scratch) { target throws(DecodingFailure) in
        try decoder.double(page, count, into: target)
      }
    case .bool:
      try Self.append(&bools, count, ranges, scratch) { target throws(DecodingFailure) in
        try decoder.bool(page, count, into: target)
      }
    }
  }

  /// Decodes a page straight into `output`, or into scratch memory if only parts are wanted.
  private static func append<T: BitwiseCopyable>(
    _ output: inout OutputColumn<T>, _ count: Int, _ ranges: [Range<Int>]?, _ scratch: ByteBuffer,
    _ decode: (UnsafeMutablePointer<T>) throws(DecodingFailure) -> Void
  ) throws(DecodingFailure) {
    // Decoders of bits write whole groups of eight.
    guard let ranges else {
      try output.write(upTo: count + 8) { target throws(DecodingFailure) in
        try decode(target)
        return count
      }
      return
    }
    let values = scratch.room(for: count + 8, of: T.self)
    try decode(values)
    output.write(upTo: ranges.reduce(0) { $0 + $1.count }) { target in
      copy(ranges, of: values, to: target)
    }
  }

  /// Returns how many were copied.
  private static func copy<T: BitwiseCopyable>(
    _ ranges: [Range<Int>], of source: UnsafePointer<T>, to target: UnsafeMutablePointer<T>
  ) -> Int {
    var filled = 0
    for range in ranges {
      if range.count == 1 {
        target[filled] = source[range.lowerBound]
      } else {
        (target + filled).update(from: source + range.lowerBound, count: range.count)
      }
      filled &+= range.count
    }
    return filled
  }

  private mutating func appendText(
    _ page: LoadedPage, _ count: Int, _ ranges: [Range<Int>]?
  ) throws(DecodingFailure) {
    guard page.encoding.isDictionary else {
      let strings = try decoder.strings(page, count)
      for range in ranges ?? [0..<count] { try text.append(strings, range) }
      return
    }
    guard case .text(let table) = decoder.dictionary else {
      throw PageValues.noDictionary
    }
    guard let ranges else {
      try text.writeCodes(upTo: count) { target throws(DecodingFailure) in
        try HybridRuns.codes(page.values, entries: table.count, count: count, into: target)
        return count
      }
      return
    }
    let codes = try decoder.codes(page, count, table.count)
    try text.writeCodes(upTo: ranges.reduce(0) { $0 + $1.count }) { target in
      Self.copy(ranges, of: codes, to: target)
    }
  }
}
