import TraceQL
import Wire

/// `--filter` of the commands that list names and values.
enum FilterFlag {
  /// The filter as a parameter of the API; none without the flag.
  ///
  /// The API ignores a filter it cannot use. A person who typed one wants to know.
  static func parameters(
    _ session: Session
  ) throws(CommandFailure) -> [(name: String, value: String)] {
    guard let text = session.arguments.value(.filter) else { return [] }
    let checked = try QueryText(text, session)
    guard case .pipeline(let pipeline) = checked.query.body, pipeline.stages.count == 1,
      case .spanset(.filter) = pipeline.stages[0]
    else {
      throw CommandFailure(
        "--filter takes one filter in braces, such as '{ status = error }', without stages",
        code: .badRequest)
    }
    return [("q", checked.plainText)]
  }

  /// The elements of one list in an answer of the API.
  static func members(_ name: String, of body: [UInt8]) throws(CommandFailure) -> [JSON] {
    do throws(JSONError) {
      return try JSONReader.read(body, limits: .init(byteCountMax: .max))[name]?.elements ?? []
    } catch {
      preconditionFailure("our own API writes JSON")
    }
  }
}
