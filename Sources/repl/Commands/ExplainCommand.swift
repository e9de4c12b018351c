import Engine
import Storage

/// `traceql explain`: the plans of a query.
enum ExplainCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let text = try QueryText(session)
    let catalog = try await session.openCatalog()
    let plans: String
    do throws(QueryError) {
      plans = try await QueryEngine(blocks: catalog.blocks).explain(
        text.query, options: session.queryOptions)
    } catch {
      throw CommandFailure(error, source: text.text, session)
    }
    StandardStream.output.write(plans.hasSuffix("\n") ? plans : plans + "\n")
    return .answered
  }
}
