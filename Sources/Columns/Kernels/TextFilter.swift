/// Conditions on the strings of a table: bit `i` is string `i`.
package enum TextFilter {
  package static func equal(_ table: StringTable, _ wanted: [UInt8]) -> Bitmap {
    var result = Bitmap(count: table.count)
    let length = UInt32(wanted.count)
    table.offsets.withUnsafeBufferPointer { offsets in
      table.bytes.withUnsafeBufferPointer { bytes in
        wanted.withUnsafeBufferPointer { wanted in
          for i in 0..<table.count where offsets[i &+ 1] &- offsets[i] == length {
            let start = Int(offsets[i])
            var k = 0
            while k < wanted.count, bytes[start &+ k] == wanted[k] { k &+= 1 }
            if k == wanted.count { result[i] = true }
          }
        }
      }
    }
    return result
  }

  /// Bytewise order.
  package static func less(_ table: StringTable, _ bound: [UInt8], orEqual: Bool) -> Bitmap {
    var result = Bitmap(count: table.count)
    table.bytes.withUnsafeBufferPointer { bytes in
      for i in 0..<table.count {
        let text = bytes[table.range(of: i)]
        let isBelow =
          orEqual ? !bound.lexicographicallyPrecedes(text) : text.lexicographicallyPrecedes(bound)
        if isBelow { result[i] = true }
      }
    }
    return result
  }

  /// Strings that contain `wanted` anywhere.
  package static func containing(_ table: StringTable, _ wanted: [UInt8]) -> Bitmap {
    var result = Bitmap(count: table.count)
    table.bytes.withUnsafeBufferPointer { bytes in
      for i in 0..<table.count {
        let text = bytes[table.range(of: i)]
        guard text.count >= wanted.count else { continue }
        let starts = text.startIndex...(text.endIndex - wanted.count)
        if starts.contains(where: { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }) {
          result[i] = true
        }
      }
    }
    return result
  }
}
