import Columns

/// Encodes the values of one page.
enum ValueEncoder {
  /// `codes`: the values as codes of the chunk's dictionary, if it has one.
  static func encode(
    _ values: ColumnValues, _ range: Range<Int>, _ format: ColumnFormat, codes: [UInt32]?
  ) -> [UInt8] {
    var output: [UInt8] = []
    if let codes {
      let page = codes.span.extracting(range)
      var greatest: UInt32 = 0
      for i in page.indices { greatest = max(greatest, page[i]) }
      let width = 32 - greatest.leadingZeroBitCount
      output.append(UInt8(width))
      HybridEncoder.append(page, width: width, to: &output)
      return output
    }
    switch values {
    case .int64(let numbers):
      if format.encoding == .delta {
        DeltaEncoder.append(
          numbers.span.extracting(range), is32Bit: format.type.is32Bit, to: &output)
      } else {
        let byteCount = format.type.is32Bit ? 4 : 8
        output.reserveCapacity(range.count * byteCount)
        for i in range { output.append(numbers[i], bytes: byteCount) }
      }
    case .double(let numbers):
      output.reserveCapacity(range.count * 8)
      for i in range { output.append(Int64(bitPattern: numbers[i].bitPattern), bytes: 8) }
    case .bool(let flags):
      var packer = BitPacker(width: 1)
      for i in range { packer.append(UInt64(flags[i]), to: &output) }
      packer.flush(to: &output)
    case .text(let column):
      appendTexts(column, range, format.encoding, to: &output)
    }
    return output
  }

  private static func appendTexts(
    _ column: TextColumn, _ range: Range<Int>, _ encoding: ColumnFormat.Encoding,
    to output: inout [UInt8]
  ) {
    if encoding == .deltaLength {
      let lengths = range.map { Int64(column.table.range(of: Int(column.codes[$0])).count) }
      DeltaEncoder.append(lengths.span, is32Bit: true, to: &output)
    }
    for i in range {
      let text = column.table.range(of: Int(column.codes[i]))
      if encoding == .plain { output.appendLittleEndian(UInt32(text.count)) }
      output.append(contentsOf: column.table.bytes[text])
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ value: Int64, bytes: Int) {
    for shift in stride(from: Int64(0), to: Int64(8 * bytes), by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
