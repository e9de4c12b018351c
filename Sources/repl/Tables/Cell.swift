/// One value of a table, with its meaning: formats differ in how they write it.
package enum Cell: Sendable, Equatable {
  case missing
  case text(String)
  case integer(Int64)
  case float(Double)
  case bool(Bool)
  /// Nanoseconds.
  case duration(Int64)
  /// Unix nanoseconds.
  case time(UInt64)
  /// A number of bytes.
  case size(Int)
  case list([Cell])

  /// As people read it, on one line.
  package func readable(zone: CivilTime.Zone) -> String {
    switch self {
    case .missing: ""
    case .text(let text): PrintableText.escaped(text)
    case .integer(let value): String(value)
    case .float(let value): value.description
    case .bool(let value): value ? "true" : "false"
    case .duration(let value): DurationText.format(nanoseconds: value)
    case .time(let value): CivilTime(unixNanoseconds: value, zone: zone).readable
    case .size(let count): NumberText.bytes(count)
    case .list(let cells): cells.map { $0.readable(zone: zone) }.joined(separator: ", ")
    }
  }

  /// As programs read it, without quotes: RFC 3339, nanoseconds, bytes.
  package var exact: String {
    switch self {
    case .missing: ""
    case .text(let text): text
    case .integer(let value), .duration(let value): String(value)
    case .float(let value): value.description
    case .bool(let value): value ? "true" : "false"
    case .time(let value): CivilTime(unixNanoseconds: value, zone: .utc).rfc3339
    case .size(let count): String(count)
    case .list(let cells): cells.map(\.exact).joined(separator: ",")
    }
  }
}
