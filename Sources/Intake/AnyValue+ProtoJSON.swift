import OTLP
import Wire

extension AnyValue {
  /// The proto3 JSON of a value, on one line without spaces: how blocks keep values that have no
  /// column (blocks.md 3.6).
  func protoJSON() -> [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch self {
      case .empty: break
      case .string(let text):
        writer.key("stringValue")
        writer.string(text)
      case .bool(let flag):
        writer.key("boolValue")
        writer.bool(flag)
      case .int(let number):
        writer.key("intValue")
        writer.quoted(number)
      case .double(let number):
        writer.key("doubleValue")
        Self.write(number, to: &writer)
      case .bytes(let bytes):
        writer.key("bytesValue")
        writer.string(Base64.encode(bytes))
      case .array(let elements):
        writer.key("arrayValue")
        Self.writeValues(elements.isEmpty, to: &writer) { writer in
          for element in elements { element.write(to: &writer) }
        }
      case .map(let pairs):
        writer.key("kvlistValue")
        Self.writeValues(pairs.isEmpty, to: &writer) { writer in
          for pair in pairs {
            writer.object { writer in
              writer.key("key")
              writer.string(pair.key)
              if pair.value != .empty {
                writer.key("value")
                pair.value.write(to: &writer)
              }
            }
          }
        }
      }
    }
  }

  private static func writeValues(
    _ isEmpty: Bool, to writer: inout JSONWriter, _ elements: (inout JSONWriter) -> Void
  ) {
    writer.object { writer in
      if isEmpty { return }
      writer.key("values")
      writer.array(elements)
    }
  }

  private static func write(_ number: Double, to writer: inout JSONWriter) {
    if number.isNaN {
      writer.string("NaN")
    } else if number.isInfinite {
      writer.string(number > 0 ? "Infinity" : "-Infinity")
    } else {
      writer.double(number)
    }
  }
}
