/// The value of an attribute.
package indirect enum AnyValue: Sendable, Equatable {
  /// The attribute has a key and no value.
  case empty
  case string(String)
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case bytes([UInt8])
  case array([AnyValue])
  case map([KeyValue])
}

package struct KeyValue: Sendable, Equatable {
  package var key: String
  package var value: AnyValue

  package init(key: String, value: AnyValue) {
    self.key = key
    self.value = value
  }
}
