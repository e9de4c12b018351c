package import Engine

extension Cell {
  /// A TraceQL value as a cell; keywords by their names.
  package init(_ value: Value) {
    switch value {
    case .nil: self = .text("nil")
    case .int(let value): self = .integer(value)
    case .float(let value): self = .float(value)
    case .duration(let value): self = .duration(value)
    case .string(let value): self = .text(value)
    case .bool(let value): self = .bool(value)
    case .status(let code): self = Self.keyword(code, ["unset", "ok", "error"])
    case .kind(let code):
      self = Self.keyword(
        code, ["unspecified", "internal", "server", "client", "producer", "consumer"])
    case .array(let values): self = .list(values.map(Cell.init))
    }
  }

  private static func keyword(_ code: Int64, _ names: [String]) -> Cell {
    names.indices.contains(Int(code)) ? .text(names[Int(code)]) : .integer(code)
  }
}
