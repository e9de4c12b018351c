/// A Parquet file of some hundred bytes with one row, a list that claims any number of elements:
/// run lengths make levels of a few bytes stand for all of them.
enum LevelBomb {
  static func file(entries: Int) -> [UInt8] {
    // Repetition levels 0 1 1 1 …, definition levels 1 1 1 …, each as runs of one bit.
    let repetition = run(1, of: 0) + run(entries - 1, of: 1)
    let definition = run(entries, of: 1)
    let levels = repetition + definition
    var header = ThriftBytes()
    header.int(1, 3)
    header.int(2, levels.count)
    header.int(3, levels.count)
    header.structure(8) { page in
      page.int(1, entries)
      page.int(2, 0)
      page.int(3, 1)
      page.int(4, 0)
      page.int(5, definition.count)
      page.int(6, repetition.count)
    }
    let chunk = header.bytes + [0] + levels
    let footer = footer(entries: entries, chunkBytes: chunk.count)
    let length = (0..<4).map { UInt8(truncatingIfNeeded: footer.count >> ($0 * 8)) }
    return Array("PAR1".utf8) + chunk + footer + length + Array("PAR1".utf8)
  }

  private static func footer(entries: Int, chunkBytes: Int) -> [UInt8] {
    var footer = ThriftBytes()
    footer.int(1, 2)
    footer.list(2) { schema in
      schema.element {
        $0.string(4, "schema")
        $0.int(5, 1)
      }
      schema.element {
        $0.int(1, 2)
        $0.int(3, 2)
        $0.string(4, "list")
      }
    }
    footer.int(3, 1)
    footer.list(4) { groups in
      groups.element { group in
        group.list(1) { columns in
          columns.element { column in
            column.int(2, 4)
            column.structure(3) { chunk in
              chunk.int(1, 2)
              chunk.int(4, 0)
              chunk.int(5, entries)
              chunk.int(6, chunkBytes)
              chunk.int(7, chunkBytes)
              chunk.int(9, 4)
            }
          }
        }
        group.int(2, chunkBytes)
        group.int(3, 1)
      }
    }
    return footer.bytes + [0]
  }

  private static func run(_ count: Int, of value: UInt8) -> [UInt8] {
    ThriftBytes.varint(UInt64(count) << 1) + [value]
  }
}

/// As much of Thrift's compact protocol as that takes.
private struct ThriftBytes {
  private(set) var bytes: [UInt8] = []
  private var last = 0
  private var elementCount = 0

  static func varint(_ value: UInt64) -> [UInt8] {
    var value = value
    var result: [UInt8] = []
    while value >= 0x80 {
      result.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    return result + [UInt8(value)]
  }

  private mutating func field(_ id: Int, _ type: UInt8) {
    bytes.append(UInt8(id - last) << 4 | type)
    last = id
  }

  mutating func int(_ id: Int, _ value: Int) {
    field(id, 6)
    bytes += Self.varint(UInt64(value) << 1)
  }

  mutating func string(_ id: Int, _ text: String) {
    field(id, 8)
    bytes += Self.varint(UInt64(text.utf8.count)) + text.utf8
  }

  mutating func structure(_ id: Int, _ write: (inout ThriftBytes) -> Void) {
    field(id, 12)
    var inner = ThriftBytes()
    write(&inner)
    bytes += inner.bytes + [0]
  }

  /// A list of structures; `write` adds them by `element`.
  mutating func list(_ id: Int, _ write: (inout ThriftBytes) -> Void) {
    field(id, 9)
    var inner = ThriftBytes()
    write(&inner)
    bytes += [UInt8(inner.elementCount) << 4 | 12] + inner.bytes
  }

  mutating func element(_ write: (inout ThriftBytes) -> Void) {
    var inner = ThriftBytes()
    write(&inner)
    bytes += inner.bytes + [0]
    elementCount += 1
  }
}
