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
        append(numbers.span.extracting(range), is32Bit: format.type.is32Bit, to: &output)
      }
    case .double(let numbers):
      let numbers = numbers.span.extracting(range)
      output.append(addingCapacity: numbers.count * 8) { bytes in
        for i in numbers.indices { bytes.append(word: numbers[i].bitPattern) }
      }
    case .bool(let flags):
      BitPacker.append(
        flags.span.extracting(range), width: 1, paddedTo: range.count, to: &output)
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
    let byteCount = range.reduce(0) { $0 + column.table.range(of: Int(column.codes[$1])).count + 4 }
    output.reserveCapacity(output.count + byteCount)
    for i in range {
      let text = column.table.range(of: Int(column.codes[i]))
      if encoding == .plain { output.appendLittleEndian(UInt32(text.count)) }
      output.append(contentsOf: column.table.bytes[text])
    }
  }

  private static func append(_ numbers: Span<Int64>, is32Bit: Bool, to output: inout [UInt8]) {
    output.append(addingCapacity: numbers.count * (is32Bit ? 4 : 8)) { bytes in
      if is32Bit {
        for i in numbers.indices { bytes.append(halfWord: UInt32(truncatingIfNeeded: numbers[i])) }
      } else {
        for i in numbers.indices { bytes.append(word: UInt64(bitPattern: numbers[i])) }
      }
    }
  }
}
