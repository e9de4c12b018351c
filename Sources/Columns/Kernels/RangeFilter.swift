import CFilters

/// Values to bits: one comparison a row, no branches, 64 rows a word.
package enum RangeFilter {
  /// Rows whose value lies in `range`.
  package static func int64(_ values: [Int64], in range: ClosedRange<Int64>) -> Bitmap {
    let low = UInt64(bitPattern: range.lowerBound)
    let span = UInt64(bitPattern: range.upperBound) &- low
    return values.withUnsafeBufferPointer { values in
      words(values.count) { rows, target in
        guard let base = values.baseAddress else { return }
        filters_int64(base, rows, low, span, target)
      } test: { row in
        UInt64(bitPattern: values[row]) &- low <= span
      }
    }
  }

  /// Rows whose value lies in `range`; NaN never does.
  package static func double(_ values: [Double], in range: ClosedRange<Double>) -> Bitmap {
    let low = range.lowerBound
    let high = range.upperBound
    return values.withUnsafeBufferPointer { values in
      words(values.count) { row in
        let value = values[row]
        return low <= value && value <= high
      }
    }
  }

  /// Rows whose byte is `wanted`.
  package static func byte(_ values: [UInt8], equal wanted: UInt8) -> Bitmap {
    values.withUnsafeBufferPointer { values in
      words(values.count) { row in values[row] == wanted }
    }
  }

  /// Rows whose code is marked in `table`.
  package static func codes(_ codes: [UInt32], in table: Bitmap) -> Bitmap {
    let marked = table.populationCount
    if marked == 0 { return Bitmap(count: codes.count) }
    if marked == 1, let only = table.next(from: 0, below: table.count) {
      let wanted = UInt32(only)
      return codes.withUnsafeBufferPointer { codes in
        words(codes.count) { rows, target in
          guard let base = codes.baseAddress else { return }
          filters_uint32(base, rows, wanted, target)
        } test: { row in
          codes[row] == wanted
        }
      }
    }
    return table.words.withUnsafeBufferPointer { table in
      codes.withUnsafeBufferPointer { codes in
        words(codes.count) { row in
          let code = codes[row]
          return table[Int(code &>> 6)] &>> UInt64(code & 63) & 1 != 0
        }
      }
    }
  }

  /// The rows that make whole words by `fast`, where the processor has the instructions for it; the
  /// others by `test`.
  @inline(__always)
  private static func words(
    _ count: Int, _ fast: (Int, UnsafeMutablePointer<UInt64>) -> Void, test: (Int) -> Bool
  ) -> Bitmap {
    words(
      count,
      from: { target in
        let rows = filters_supported() ? count & ~63 : 0
        if rows > 0, let base = target.baseAddress { fast(rows, base) }
        return rows / 64
      }, test)
  }

  /// Specialised in each caller above: the closure is inlined into the loop. `from` writes the
  /// first words itself and says how many.
  @inline(__always)
  private static func words(
    _ count: Int, from: (UnsafeMutableBufferPointer<UInt64>) -> Int = { _ in 0 },
    _ test: (Int) -> Bool
  ) -> Bitmap {
    let wordCount = (count + 63) / 64
    let words = [UInt64](unsafeUninitializedCapacity: wordCount) { buffer, filled in
      for w in from(buffer)..<wordCount {
        let base = w &* 64
        let end = min(base &+ 64, count)
        var word: UInt64 = 0
        var row = base
        while row < end {
          word |= (test(row) ? 1 : 0) &<< UInt64(truncatingIfNeeded: row &- base)
          row &+= 1
        }
        buffer[w] = word
      }
      filled = wordCount
    }
    return Bitmap(words: words, count: count)
  }
}
