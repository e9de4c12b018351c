/// The byte form in which partial results travel (the parts are described with `PartialWriter`):
///
///     "TQMP", byte 1 (version)
///     varint   functions; for each:
///       byte     kind of its cells: 0 counts, 1 minima, 2 maxima, 3 sums, 4 sketches
///       varint   intervals
///       byte     1 if series were left out
///       varint   series; for each:
///         varint   group values, each a value; byte 1 and zigzag exponent of its bucket, or byte 0
///         cells    one for each interval: an amount (0); a float (1, 2, NaN for none); an amount
///                  and, unless it is 0, two floats, high and low part (3); a sketch (4)
///         varint   exemplars; for each varint slot, varint hash, varint time, float value,
///                  varint labels, each a text and a value
///       comparison: byte 1 if values were left out
///         varint   attributes, each a text and an amount for each side and interval
///         varint   values; for each: varint attribute, value, varint cells, each varint cell and
///                  amount
///         exemplars of both sides, as above
///
///     value    byte type: 0 nil, 1 integer (zigzag), 2 float, 3 duration (zigzag), 4 text,
///              5 boolean (byte), 6 status (zigzag), 7 kind (zigzag), 8 array (varint, values)
///
/// Two machines merge what they have for one query; what was made for another is refused.
extension MetricsPartial {
  private static let magic = Array("TQMP".utf8)
  private static let version: UInt8 = 1

  package func encoded() -> [UInt8] {
    var writer = PartialWriter()
    for byte in Self.magic { writer.byte(byte) }
    writer.byte(Self.version)
    writer.count(series.count)
    for (table, comparison) in zip(series, comparisons) {
      table.encode(into: &writer)
      comparison.encode(into: &writer)
    }
    return writer.bytes
  }

  /// `empty`: the empty partial result of the query that the bytes must belong to.
  package init(decoding bytes: [UInt8], like empty: MetricsPartial) throws(PartialFormatError) {
    var reader = PartialReader(bytes)
    for byte in Self.magic {
      guard try reader.byte() == byte else { throw reader.error("does not begin with TQMP") }
    }
    guard try reader.byte() == Self.version else { throw reader.error("unknown version") }
    guard try reader.varint() == UInt64(empty.series.count) else {
      throw reader.error("belongs to another query")
    }
    self = empty
    for i in series.indices {
      try series[i].decode(from: &reader)
      try comparisons[i].decode(from: &reader)
    }
    guard reader.isAtEnd else { throw reader.error("goes on after its end") }
  }
}

extension SeriesTable {
  fileprivate func encode(into writer: inout PartialWriter) {
    writer.byte(cells.kind.rawValue)
    writer.count(cells.intervalCount)
    writer.byte(isTruncated ? 1 : 0)
    writer.count(keys.count)
    for (row, key) in keys.enumerated() {
      writer.count(key.values.count)
      for value in key.values { writer.value(value) }
      writer.byte(key.bucket == nil ? 0 : 1)
      if let bucket = key.bucket { writer.zigzag(Int64(bucket.exponent)) }
      for cell in cells.cells(of: row) { cells.encode(cell, into: &writer) }
      exemplars.encode(row, into: &writer)
    }
  }

  fileprivate mutating func decode(from reader: inout PartialReader) throws(PartialFormatError) {
    guard try reader.byte() == cells.kind.rawValue,
      try reader.varint() == UInt64(cells.intervalCount)
    else { throw reader.error("belongs to another query") }
    if try reader.byte() != 0 { markTruncated() }
    for _ in 0..<(try reader.count(bytesEach: 2)) {
      var key = SeriesKey(values: [])
      for _ in 0..<(try reader.count(bytesEach: 1)) {
        key.values.append(try reader.value(depth: 0))
      }
      if try reader.byte() != 0 {
        let exponent = try reader.zigzag()
        guard exponent == Int64(Int32.min) || (-1_074...1_024).contains(exponent) else {
          throw reader.error("no bucket: \(exponent)")
        }
        key.bucket = PowerBucket(exponent: Int32(exponent))
      }
      let before = keys.count
      guard let row = rows(of: [key])[0], row == before else {
        throw reader.error("a series twice, or too many")
      }
      for cell in cells.cells(of: row) { try cells.decode(cell, from: &reader) }
      try exemplars.decode(row, from: &reader)
    }
  }
}

extension CellTable {
  fileprivate func encode(_ cell: Int, into writer: inout PartialWriter) {
    switch kind {
    case .counts: writer.amount(counts[cell])
    case .minima, .maxima: writer.float(values[cell])
    case .sums:
      writer.amount(counts[cell])
      if counts[cell] == 0 { return }
      writer.float(values[cell])
      writer.float(remainders[cell])
    case .sketches: sketches[cell].encode(into: &writer)
    }
  }

  fileprivate mutating func decode(
    _ cell: Int, from reader: inout PartialReader
  ) throws(PartialFormatError) {
    switch kind {
    case .counts: counts[cell] = try reader.amount()
    case .minima, .maxima: values[cell] = try reader.float()
    case .sums:
      counts[cell] = try reader.amount()
      if counts[cell] == 0 { return }
      values[cell] = try reader.float()
      remainders[cell] = try reader.float()
    case .sketches: sketches[cell] = try QuantileSketch(decoding: &reader)
    }
  }
}

extension ExemplarTable {
  fileprivate func encode(_ row: Int, into writer: inout PartialWriter) {
    let slots = (0..<slotCount).filter { entries[row * slotCount + $0] != nil }
    writer.count(slots.count)
    for slot in slots {
      guard let entry = entries[row * slotCount + slot] else { continue }
      writer.count(slot)
      writer.varint(entry.hash)
      writer.varint(entry.exemplar.timestampNanoseconds)
      writer.float(entry.exemplar.value)
      writer.count(entry.exemplar.labels.count)
      for label in entry.exemplar.labels {
        writer.text(label.key.utf8)
        writer.value(label.value)
      }
    }
  }

  fileprivate mutating func decode(
    _ row: Int, from reader: inout PartialReader
  ) throws(PartialFormatError) {
    for _ in 0..<(try reader.count(bytesEach: 12)) {
      let slot = try reader.varint()
      guard slot < UInt64(slotCount) else { throw reader.error("no slot: \(slot)") }
      let hash = try reader.varint()
      let time = try reader.varint()
      let value = try reader.float()
      var labels: [NamedValue] = []
      for _ in 0..<(try reader.count(bytesEach: 2)) {
        let key = String(decoding: try reader.text(), as: UTF8.self)
        labels.append(NamedValue(key: key, value: try reader.value(depth: 0)))
      }
      let exemplar = MetricsExemplar(labels: labels, value: value, timestampNanoseconds: time)
      insert(row, Int(slot), Entry(exemplar: exemplar, hash: hash))
    }
  }
}

extension ComparisonTable {
  fileprivate func encode(into writer: inout PartialWriter) {
    writer.byte(isTruncated ? 1 : 0)
    writer.count(attributes.count)
    for (attribute, key) in attributes.enumerated() {
      writer.text(key.utf8)
      for side in Side.allCases {
        for total in totals(attribute, side) { writer.amount(total) }
      }
    }
    var cells = [[(cell: UInt64, amount: Double)]](repeating: [], count: values.count)
    for (key, amount) in counts.entries {
      cells[Int(key >> 32)].append((key & 0xFFFF_FFFF, amount))
    }
    writer.count(values.count)
    for (key, cells) in zip(values, cells) {
      writer.count(key.attribute)
      writer.value(key.value)
      writer.count(cells.count)
      for (cell, amount) in cells.sorted(by: { $0.cell < $1.cell }) {
        writer.varint(cell)
        writer.amount(amount)
      }
    }
    for side in Side.allCases { exemplars.encode(side.rawValue, into: &writer) }
  }

  fileprivate mutating func decode(from reader: inout PartialReader) throws(PartialFormatError) {
    if try reader.byte() != 0 { markTruncated() }
    let cells = 2 * intervalCount
    for _ in 0..<(try reader.count(bytesEach: 1 + cells)) {
      let before = attributes.count
      let attribute = attribute(String(decoding: try reader.text(), as: UTF8.self))
      guard attribute == before else { throw reader.error("an attribute twice") }
      for cell in 0..<cells {
        add(try reader.amount(), attribute: attribute, value: nil, cell: cell)
      }
    }
    for _ in 0..<(try reader.count(bytesEach: 3)) {
      let attribute = try reader.varint()
      guard attribute < UInt64(attributes.count) else { throw reader.error("no such attribute") }
      let before = values.count
      guard let value = value(try reader.value(depth: 0), of: Int(attribute)), value == before
      else { throw reader.error("a value twice, or too many") }
      for _ in 0..<(try reader.count(bytesEach: 2)) {
        let cell = try reader.varint()
        guard cell < UInt64(cells) else { throw reader.error("no such cell") }
        addCount(try reader.amount(), value: value, cell: Int(cell))
      }
    }
    for side in Side.allCases { try exemplars.decode(side.rawValue, from: &reader) }
  }
}
