import Engine
import OTLP
import TraceQL

extension AnyValue {
  /// A result's value in the form answers carry: keywords and durations are text, nil is `nil`.
  init(_ value: Value) {
    switch value {
    case .nil: self = .string("nil")
    case .int(let value): self = .int(value)
    case .float(let value): self = .double(value)
    case .duration(let value): self = .string(GoDuration.format(nanoseconds: value))
    case .string(let value): self = .string(value)
    case .bool(let value): self = .bool(value)
    case .status(let code): self = .string(Keywords.status(code))
    case .kind(let code): self = .string(Keywords.kind(code))
    case .array(let elements): self = .array(elements.map { AnyValue($0) })
    }
  }
}

extension KeyValue {
  init(_ named: NamedValue) { self.init(key: named.key, value: AnyValue(named.value)) }
}
