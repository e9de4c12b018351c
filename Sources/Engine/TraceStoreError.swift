import TraceQL

/// Why a question to a `TraceStore` has no answer.
public struct TraceStoreError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// The question is wrong.
    case query
    /// The blocks cannot be read, or are damaged.
    case source
    /// A limit was reached; `QueryOptions.limits` has them all.
    case limit
  }

  public var kind: Kind
  /// For people: of a wrong query with its line and an underline.
  public var message: String

  public var description: String { message }

  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }
}

extension TraceStoreError {
  init(_ error: QueryError, source: String) {
    switch error {
    case .invalidQuery(let diagnostics):
      self.init(kind: .query, message: DiagnosticRenderer.render(diagnostics, source: source))
    case .damagedBlock(let sentence): self.init(kind: .source, message: sentence)
    case .limitReached(_, let message): self.init(kind: .limit, message: message)
    }
  }
}
