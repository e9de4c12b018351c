import Server
import Testing
import TraceQL

@Suite("Requests the API refuses")
struct ErrorTextTests {
  /// Tempo's answers, word for word. Blocks are not needed to be wrong.
  @Test("recorded refusals", arguments: ErrorCase.all.filter { $0.body != nil })
  func recorded(_ error: ErrorCase) async {
    var server = EmptyServer()
    server.options.dialect = .tempo
    let response = await server.get(error.target)
    #expect(response.status == error.status, "\(response.text)")
    let (ours, theirs) = (trimmed(response.text), trimmed(error.body ?? ""))
    #expect(ours == theirs)
  }

  /// What only looks wrong.
  @Test("recorded acceptances", arguments: ErrorCase.all.filter { $0.body == nil })
  func accepted(_ error: ErrorCase) async {
    var server = EmptyServer()
    server.options.dialect = .tempo
    let response = await server.get(error.target)
    #expect(response.status == error.status, "\(response.text)")
  }

  private func trimmed(_ text: String) -> Substring {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
