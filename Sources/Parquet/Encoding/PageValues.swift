import Columns

/// Decodes the values of single pages, whatever their encoding, into memory of the caller.
struct PageValues {
  let leaf: Leaf
  let dictionary: ChunkDictionary?
  private let codeBuffer = ByteBuffer()
  private let stringDecoder: StringDecoder

  init(leaf: Leaf, dictionary: ChunkDictionary?, limits: ReadLimits) {
    self.leaf = leaf
    stringDecoder = StringDecoder(limits)
    self.dictionary = dictionary
  }

  /// `wanted`: of the `count` values of the page the first that matter; nil: all.
  func int64(
    _ page: LoadedPage, _ count: Int, upTo wanted: Int? = nil,
    into target: UnsafeMutablePointer<Int64>
  ) throws(DecodingFailure) {
    let is32 = leaf.physicalType == .int32
    switch page.encoding {
    case .plain:
      if is32 {
        try PlainDecoder.int32(
          page.values, count: count, isUnsigned: leaf.isUnsigned, into: target)
      } else {
        try PlainDecoder.int64(page.values, count: count, into: target)
      }
    case .deltaBinaryPacked:
      _ = try DeltaDecoder.decode(
        page.values, count: count, upTo: wanted,
        arithmetic: is32 ? (leaf.isUnsigned ? .unsigned32 : .signed32) : .bits64, into: target)
    case .byteStreamSplit:
      let joined = try PlainDecoder.joinStreams(
        page.values, count: count, width: is32 ? 4 : 8, into: codeBuffer)
      if is32 {
        try PlainDecoder.int32(joined, count: count, isUnsigned: leaf.isUnsigned, into: target)
      } else {
        try PlainDecoder.int64(joined, count: count, into: target)
      }
    case .plainDictionary, .rleDictionary:
      guard case .int64(let entries) = dictionary else { throw Self.noDictionary }
      let codes = try codes(page, count, entries.count)
      entries.withUnsafeBufferPointer { entries in
        for i in 0..<count { target[i] = entries[Int(codes[i])] }
      }
    default: throw unsupported(page)
    }
  }

  func double(
    _ page: LoadedPage, _ count: Int, into target: UnsafeMutablePointer<Double>
  ) throws(DecodingFailure) {
    let isFloat = leaf.physicalType == .float
    switch page.encoding {
    case .plain: try plainDouble(page.values, count, into: target)
    case .byteStreamSplit:
      let joined = try PlainDecoder.joinStreams(
        page.values, count: count, width: isFloat ? 4 : 8, into: codeBuffer)
      try plainDouble(joined, count, into: target)
    case .plainDictionary, .rleDictionary:
      guard case .double(let entries) = dictionary else { throw Self.noDictionary }
      let codes = try codes(page, count, entries.count)
      entries.withUnsafeBufferPointer { entries in
        for i in 0..<count { target[i] = entries[Int(codes[i])] }
      }
    default: throw unsupported(page)
    }
  }

  private func plainDouble(
    _ bytes: PaddedBytes, _ count: Int, into target: UnsafeMutablePointer<Double>
  ) throws(DecodingFailure) {
    if leaf.physicalType == .float {
      try PlainDecoder.float(bytes, count: count, into: target)
    } else {
      try PlainDecoder.double(bytes, count: count, into: target)
    }
  }

  func bool(
    _ page: LoadedPage, _ count: Int, into target: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) {
    switch page.encoding {
    case .plain: try PlainDecoder.boolean(page.values, count: count, into: target)
    case .rle:
      // Unlike levels and codes, these runs have their length in front.
      let length = try page.values.length(at: 0)
      try HybridRuns.levels(
        try page.values.slice(4, length), maximum: 1, count: count, into: target)
    default: throw unsupported(page)
    }
  }

  /// All strings of a page that is not dictionary coded; valid until the next page.
  func strings(_ page: LoadedPage, _ count: Int) throws(DecodingFailure) -> PageStrings {
    try stringDecoder.decode(
      page.values, encoding: page.encoding, count: count,
      fixedByteCount: leaf.physicalType == .fixedLengthByteArray ? leaf.fixedByteCount : nil)
  }

  /// All dictionary codes of a page, checked against the dictionary; valid until the next page.
  func codes(
    _ page: LoadedPage, _ count: Int, _ entries: Int
  ) throws(DecodingFailure) -> UnsafeMutablePointer<UInt32> {
    let target = codeBuffer.room(for: count, of: UInt32.self)
    try HybridRuns.codes(page.values, entries: entries, count: count, into: target)
    return target
  }

  static let noDictionary = DecodingFailure.malformed("codes without a dictionary")

  private func unsupported(_ page: LoadedPage) -> DecodingFailure {
    .unsupported("encoding \(page.encoding) of \(leaf.physicalType) values")
  }
}
