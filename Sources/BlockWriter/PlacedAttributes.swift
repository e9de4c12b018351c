import Columns
import Spans
import Storage

/// The attributes of one lane where a block has them: columns of their own first, the rest in the
/// attribute group.
struct PlacedAttributes: Sendable {
  /// Values of one direct column; `rows` says of each value which row has it, ascending.
  struct DirectValues {
    private(set) var rows: [UInt32] = []
    private(set) var values: [UInt64] = []

    init(room: Int) {
      rows.reserveCapacity(room)
      values.reserveCapacity(room)
    }
  }

  /// Row `i` has the attributes `offsets[i]..<offsets[i + 1]` of `attributes`.
  private(set) var offsets: [UInt32] = [0]
  /// Indices into the table.
  private(set) var attributes: [UInt32] = []
  let table: AttributeTable
  /// Kinds that are among `attributes`, a bit each.
  private var kinds: UInt16 = 0
  /// By index of the schema's direct columns; only those of this lane.
  private(set) var direct: [Int: DirectValues] = [:]

  /// `owners`: what each row of the lane is in `table`. `slots`: the direct columns of the lane.
  /// `textCount`: texts that the table's numbers are of.
  init(_ table: AttributeTable, owners: [UInt32], slots: [Slot], textCount: Int) {
    self.table = table
    // By number of the key's text: -1 where it has no column.
    var slotOfKey = [Int32](repeating: -1, count: textCount)
    for (number, slot) in slots.enumerated().reversed() { slotOfKey[Int(slot.key)] = Int32(number) }
    var values = Self.room(of: slots.count, slotOfKey, table.keys, rowCount: owners.count)
    offsets.reserveCapacity(owners.count + 1)
    for (row, owner) in owners.enumerated() {
      for attribute in table.range(of: Int(owner)) {
        let slot = slotOfKey[Int(table.keys[attribute])]
        if slot < 0 || !slots[Int(slot)].takes(table.kinds[attribute]) {
          attributes.append(UInt32(attribute))
          kinds |= 1 << UInt16(table.kinds[attribute].rawValue)
        } else if table.kinds[attribute].isArray {
          values[Int(slot)].set(table.values(of: attribute), row: UInt32(row))
        } else {
          values[Int(slot)].set(table.payloads[attribute], row: UInt32(row))
        }
      }
      offsets.append(UInt32(attributes.count))
    }
    for (slot, values) in zip(slots, values) { direct[slot.index] = values }
  }

  /// Columns with room for their values: what grows takes twice the memory meanwhile.
  private static func room(
    of count: Int, _ slotOfKey: [Int32], _ keys: [UInt32], rowCount: Int
  ) -> [DirectValues] {
    var valueCounts = [Int](repeating: 0, count: count)
    for key in keys {
      let slot = slotOfKey[Int(key)]
      if slot >= 0 { valueCounts[Int(slot)] += 1 }
    }
    return valueCounts.map { DirectValues(room: min($0, rowCount)) }
  }

  /// A direct column, and the number of its attribute's name.
  struct Slot: Sendable {
    let index: Int
    let scope: AttributeScope
    fileprivate let key: UInt32
    private let isInt: Bool
    private let takesArrays: Bool

    init(
      _ index: Int, _ column: DirectColumn, _ version: BlockVersion,
      _ strings: inout StringInterner
    ) {
      self.index = index
      scope = column.scope
      key = strings.intern(column.attribute)
      isInt = column.isInt
      takesArrays = version == .vParquet5
    }

    func takes(_ kind: AttributeKind) -> Bool {
      if kind.isArray && !takesArrays { return false }
      return kind.element == (isInt ? .int : .text)
    }
  }
}

extension PlacedAttributes.DirectValues {
  /// Of a key that comes twice the later values are kept (blocks.md 3.5).
  fileprivate mutating func set(_ new: some Collection<UInt64>, row: UInt32) {
    while rows.last == row {
      rows.removeLast()
      values.removeLast()
    }
    values.append(contentsOf: new)
    for _ in 0..<new.count { rows.append(row) }
  }

  /// The same for a single value.
  fileprivate mutating func set(_ new: UInt64, row: UInt32) {
    while rows.last == row {
      rows.removeLast()
      values.removeLast()
    }
    rows.append(row)
    values.append(new)
  }

  /// Row `i` has the values `offsets[i]..<offsets[i + 1]`.
  func offsets(rowCount: Int) -> [UInt32] {
    [UInt32](capacity: rowCount + 1) { offsets in
      var value = 0
      for row in 0..<UInt32(rowCount) {
        offsets.append(UInt32(value))
        while value < rows.count, rows[value] == row { value += 1 }
      }
      offsets.append(UInt32(value))
    }
  }
}

// MARK: Columns of the attribute group

extension PlacedAttributes {
  private func holds(_ kind: AttributeKind) -> Bool { kinds >> UInt16(kind.rawValue) & 1 == 1 }

  var keys: [UInt32] { attributes.map { table.keys[Int($0)] } }

  var areArrays: [UInt8] {
    let hasArrays = [.textArray, .intArray, .doubleArray, .boolArray].contains(where: holds)
    if !hasArrays { return [UInt8](repeating: 0, count: attributes.count) }
    return attributes.map { table.kinds[Int($0)].isArray ? 1 : 0 }
  }

  /// The values of one kind: where each attribute's begin, and what they are.
  func values(_ kind: AttributeKind) -> (offsets: [UInt32], values: [UInt64]) {
    if !holds(kind), !holds(kind.array) {
      return ([UInt32](repeating: 0, count: attributes.count + 1), [])
    }
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(attributes.count + 1)
    var values: [UInt64] = []
    let array = kind.array
    for attribute in attributes {
      let attribute = Int(attribute)
      let stored = table.kinds[attribute].rawValue
      if stored == kind.rawValue {
        values.append(table.payloads[attribute])
      } else if stored == array.rawValue {
        values.append(contentsOf: table.values(of: attribute))
      }
      offsets.append(UInt32(values.count))
    }
    return (offsets, values)
  }

  /// Which attributes have values without a column, and the JSON of those.
  var unsupported: (present: Bitmap, texts: [UInt32]) {
    var present = Bitmap(count: attributes.count)
    var texts: [UInt32] = []
    if !holds(.json) { return (present, texts) }
    for (i, attribute) in attributes.enumerated()
    where table.kinds[Int(attribute)] == .json {
      present[i] = true
      texts.append(UInt32(table.payloads[Int(attribute)]))
    }
    return (present, texts)
  }
}
