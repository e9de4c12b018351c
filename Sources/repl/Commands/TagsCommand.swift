import TraceQL
import Wire

/// `traceql tags`: names of attributes by scope.
enum TagsCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    var parameters: [(name: String, value: String)] = []
    if let scope = session.arguments.value(.scope) { parameters.append(("scope", scope)) }
    parameters += try FilterFlag.parameters(session)
    let catalog = try await session.openCatalog()
    let answer = try await APIAnswer.ask(
      "/api/v2/search/tags", parameters, catalog: catalog, session: session)
    guard session.settings.format != .json else {
      StandardStream.output.write(answer.body)
      StandardStream.output.write("\n")
      return answer.code
    }
    var table = Table(columns: [
      .init("Scope", key: "scope", isShared: true), .init("Name", key: "name", canShrink: true),
    ])
    let scopes = try FilterFlag.members("scopes", of: answer.body)
    for scope in scopes.sorted(by: { order($0) < order($1) }) {
      let name = scope["name"]?.string ?? ""
      for (index, tag) in (scope["tags"]?.elements ?? []).enumerated() {
        table.append(.init([.text(name), .text(tag.string ?? "")], isContinuation: index > 0))
      }
    }
    let count = NumberText.counted(table.rows.count, "name")
    TableOutput.write(
      table, footer: count + " in " + NumberText.counted(scopes.count, "scope"), session: session)
    return answer.code
  }

  /// Resources first, as people think of them; intrinsics, always the same, last.
  private static func order(_ scope: JSON) -> Int {
    let name = scope["name"]?.string ?? ""
    return TagScopeName(rawValue: name).flatMap(TagScopeName.allCases.firstIndex) ?? .max
  }
}
