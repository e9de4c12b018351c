import OTLP
import Wire

extension AnyValue {
  /// As programs read it: a text as it is, a number as digits, anything else as JSON.
  var exactText: String {
    switch self {
    case .string(let text): return text
    case .double(let number): return number.description
    case .empty, .bool, .int, .bytes, .array, .map: break
    }
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  private func write(to writer: inout JSONWriter) {
    switch self {
    case .empty: writer.null()
    case .string(let text): writer.string(text)
    case .bool(let flag): writer.bool(flag)
    case .int(let number): writer.int(number)
    case .double(let number): writer.double(number)
    case .bytes(let bytes): writer.base64(bytes)
    case .array(let values):
      writer.beginArray()
      for value in values { value.write(to: &writer) }
      writer.endArray()
    case .map(let pairs):
      writer.beginObject()
      for pair in pairs {
        writer.key(pair.key)
        pair.value.write(to: &writer)
      }
      writer.endObject()
    }
  }
}
