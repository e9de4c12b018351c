import CFilters

/// Which of the intervals of equal length, one after the other, each moment lies in.
package enum IntervalNumbers {
  /// `first` is the first moment of interval 0, `length` how many moments an interval has; what
  /// lies in none of `count` intervals gets the number `count`.
  package static func of(
    _ moments: [Int64], first: UInt64, length: UInt64, count: Int
  ) -> [UInt32] {
    precondition(length > 0 && count >= 0, "an interval takes time")
    precondition(count < Int32.max, "intervals are numbered with 31 bits")
    let (whole, overflows) = length.multipliedReportingOverflow(by: UInt64(count))
    let isFast = filters_supported() && !overflows && whole > 0 && whole <= 1 << 52
    return [UInt32](unsafeUninitializedCapacity: moments.count) { numbers, filled in
      moments.withUnsafeBufferPointer { moments in
        var row = 0
        if isFast, let source = moments.baseAddress, let target = numbers.baseAddress {
          row = moments.count & ~3
          filters_intervals(source, row, first, length, UInt32(count), target)
        }
        while row < moments.count {
          let number = (UInt64(bitPattern: moments[row]) &- first) / length
          numbers[row] = UInt32(truncatingIfNeeded: min(number, UInt64(count)))
          row &+= 1
        }
      }
      filled = moments.count
    }
  }

  /// The rows whose number is another one than that of the row before; row 0 is one of them.
  package static func changes(_ numbers: [UInt32]) -> Bitmap {
    let wordCount = (numbers.count + 63) / 64
    let words = [UInt64](unsafeUninitializedCapacity: wordCount) { words, filled in
      numbers.withUnsafeBufferPointer { numbers in
        // Row 0 has none before it.
        var word = 0
        func add(upTo end: Int) {
          while word < end {
            var bits: UInt64 = 0
            for row in word &* 64..<min(word &* 64 &+ 64, numbers.count) {
              let differs = row == 0 || numbers[row] != numbers[row &- 1]
              bits |= (differs ? 1 : 0) &<< UInt64(truncatingIfNeeded: row & 63)
            }
            words[word] = bits
            word &+= 1
          }
        }
        add(upTo: min(1, wordCount))
        let whole = numbers.count / 64
        if filters_supported(), whole > 1, let source = numbers.baseAddress,
          let target = words.baseAddress
        {
          filters_changes(source + 64, (whole - 1) * 64, target + 1)
          word = whole
        }
        add(upTo: wordCount)
      }
      filled = wordCount
    }
    return Bitmap(words: words, count: numbers.count)
  }
}
