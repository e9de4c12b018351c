import Parquet
package import Storage
package import TraceQL

/// Why a query has no answer.
package enum QueryError: Error, Sendable {
  /// The query text is wrong; the diagnostics say where.
  case invalidQuery([Diagnostic])
  /// A block cannot be read or is damaged: the whole sentence.
  case damagedBlock(String)
  /// A named limit was reached.
  case limitReached(name: String, message: String)
}

extension QueryError {
  package init(_ error: StorageError) {
    if let message = error.memoryMessage {
      self = .limitReached(name: "memory", message: message)
    } else {
      self = .damagedBlock(error.description)
    }
  }
}

extension StorageError {
  /// What to say if the query's memory is used up; nil for every other error.
  var memoryMessage: String? {
    switch self {
    case .tooMuchMemory(let message): message
    case .parquet(let error) where error.kind == .memory: error.description
    default: nil
    }
  }
}
