import Columns
import Parquet

/// A file written by pyarrow and the level entries it should give, from the text beside it.
struct GoldenFile {
  struct Entry {
    var repetition: Int
    var definition: Int
    /// As spelled by `make_golden.py`; nil where there is no value.
    var value: Substring?
  }

  let name: String
  let bytes: [UInt8]
  /// By dotted leaf path, then row group.
  let expected: [(path: String, groups: [[Entry]])]

  static let names = [
    "codec-gzip", "codec-lz4", "codec-snappy", "codec-zstd", "flat-delta", "flat-dictionary-v1",
    "flat-dictionary-v2", "flat-mixed-v1", "flat-mixed-v2", "flat-plain-v1", "flat-plain-v2",
    "flat-split", "long-values", "nested-index-v1", "nested-index-v2", "nested-plain-v1",
    "nested-plain-v2", "no-rows", "split-rows",
  ]

  init(_ name: String) throws {
    self.name = name
    bytes = try Self.read(name + ".parquet")
    let text = String(decoding: try Self.read(name + ".expected"), as: UTF8.self)
    var expected: [(path: String, groups: [[Entry]])] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.isEmpty || line.contains(":") {
        expected[expected.count - 1].groups.append(Self.entries(line))
      } else {
        expected.append((String(line), []))
      }
    }
    self.expected = expected
  }

  private static func entries(_ line: Substring) -> [Entry] {
    line.split(separator: " ").map { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let levels = parts[0].split(separator: ":").map { Int($0) ?? -1 }
      return Entry(
        repetition: levels[0], definition: levels[1], value: parts.count > 1 ? parts[1] : nil)
    }
  }

  static func read(_ name: String) throws -> [UInt8] {
    let folder = #filePath.dropLast("GoldenFile.swift".count) + "Golden/"
    let source = try FileByteSource(path: folder + name)
    return try source.read(0..<source.byteCount)
  }

  func open(_ cache: BoundedCache = BoundedCache(capacityBytes: 1 << 20)) throws -> ParquetFile {
    try ParquetFile(source: MemoryByteSource(bytes), name: name, cache: cache)
  }
}

// MARK: What the reader should say

extension GoldenFile.Entry {
  /// Entries of the selected rows.
  static func selected(_ entries: [Self], _ rows: RowRuns) -> [Self] {
    let wanted = Set(rows.rows())
    var row = -1
    return entries.filter { entry in
      if entry.repetition == 0 { row += 1 }
      return wanted.contains(row)
    }
  }

  /// Whether this entry starts an element of the lane.
  func starts(_ lane: Lane) -> Bool {
    repetition <= lane.repetition && definition >= lane.definition
  }

  /// The owner of every value, and the number of owners.
  static func owners(_ entries: [Self], _ lane: Lane) -> ([UInt32], Int) {
    var owners: [UInt32] = []
    var count = 0
    for entry in entries {
      if entry.starts(lane) { count += 1 }
      if entry.value != nil { owners.append(UInt32(count - 1)) }
    }
    return (owners, count)
  }

  /// For each element of `parent`, how many of `child` come before it; then their number.
  static func offsets(_ entries: [Self], _ parent: Lane, _ child: Lane) -> [UInt32] {
    var offsets: [UInt32] = []
    var count: UInt32 = 0
    for entry in entries {
      if entry.starts(parent) { offsets.append(count) }
      if entry.starts(child) { count += 1 }
    }
    return offsets + [count]
  }
}

extension ColumnValues {
  /// Every value as `make_golden.py` spells it.
  func spelled() -> [String] {
    switch self {
    case .int64(let values): values.map { String($0) }
    case .bool(let values): values.map { String($0) }
    case .double(let values): values.map { $0.description }
    case .text(let text): (0..<text.codes.count).map { Self.hex(text.bytes(at: $0)) }
    }
  }

  /// An expected value in the form of `spelled()`: doubles are written in hexadecimal.
  func normalised(_ text: Substring) -> String {
    guard case .double = self else { return String(text) }
    return Double(text)?.description ?? String(text)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
