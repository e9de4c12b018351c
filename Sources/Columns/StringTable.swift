import Synchronization

/// Strings stored end to end: `offsets[i]..<offsets[i + 1]` are the bytes of string `i`.
///
/// Used for dictionaries (distinct strings) and for columns without one. The bytes are normally
/// UTF-8; nothing here relies on it.
package struct StringTable: Sendable, Equatable {
  /// Unique among the tables made by this process; copies of a table share it.
  package let serial: Int
  /// `count + 1` ascending byte offsets; the first is 0.
  package let offsets: [UInt32]
  package let bytes: [UInt8]

  package init(offsets: [UInt32], bytes: [UInt8]) {
    precondition(offsets.first == 0, "offsets start at 0")
    precondition(Int(offsets.last ?? 0) == bytes.count, "the last offset closes the last string")
    self.offsets = offsets
    self.bytes = bytes
    serial = Self.nextSerial.wrappingAdd(1, ordering: .relaxed).newValue
  }

  private static let nextSerial = Atomic<Int>(0)

  /// Tables are equal if their strings are.
  package static func == (a: StringTable, b: StringTable) -> Bool {
    a.serial == b.serial || (a.offsets == b.offsets && a.bytes == b.bytes)
  }

  package init(_ strings: [String]) {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for string in strings {
      bytes.append(contentsOf: string.utf8)
      offsets.append(UInt32(bytes.count))
    }
    self.init(offsets: offsets, bytes: bytes)
  }

  package static let empty = StringTable(offsets: [0], bytes: [])

  package var count: Int { offsets.count - 1 }

  /// Bytes this table keeps in memory.
  package var memoryBytes: Int { bytes.count + offsets.count * 4 }

  package func range(of index: Int) -> Range<Int> {
    Int(offsets[index])..<Int(offsets[index + 1])
  }

  /// The bytes of string `index`, copied.
  package func bytes(at index: Int) -> [UInt8] { Array(bytes[range(of: index)]) }

  /// String `index`; invalid UTF-8 is repaired with U+FFFD.
  package func string(at index: Int) -> String {
    String(decoding: bytes[range(of: index)], as: UTF8.self)
  }
}
