import Storage
package import TraceQL

/// Why a query has no answer.
package enum QueryError: Error, Sendable {
  /// The query text is wrong; the diagnostics say where.
  case invalidQuery([Diagnostic])
  /// Valid TraceQL that this version does not run yet (metrics functions).
  case notYetSupported(String)
  /// A block cannot be read or is damaged: the whole sentence.
  case damagedBlock(String)
  /// A named limit was reached.
  case limitReached(name: String, message: String)
}

extension QueryError {
  init(_ error: StorageError) {
    if case .tooMuchMemory(let message) = error {
      self = .limitReached(name: "memory", message: message)
    } else {
      self = .damagedBlock(error.description)
    }
  }
}
