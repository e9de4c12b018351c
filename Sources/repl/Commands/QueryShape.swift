import Engine
import TraceQL

/// Asks the engine for just what will be shown: no spans for a row per trace; for spans also their
/// names and services, whether the query mentions them or not.
enum QueryShape {
  /// Spans a tree shows below each trace or group.
  private static let treeSpansMax = 10

  static func shaped(
    _ query: Query, _ options: inout QueryOptions, rows: RowKind, isTree: Bool
  ) -> Query {
    guard rows == .spans || isTree else {
      options.spansPerSpanSet = 1
      return query
    }
    options.spansPerSpanSet = rows == .spans ? 0 : treeSpansMax
    guard case .pipeline(var pipeline) = query.body else { return query }
    let wanted: [Field] = [
      .attribute(Attribute(.resource, "service.name")), .intrinsic(.name),
    ]
    let selection = Stage.select(wanted.map { FieldExpression(.field($0)) })
    // A bare aggregate can only be the last stage.
    if case .scalar = pipeline.stages.last {
      pipeline.stages.insert(selection, at: pipeline.stages.count - 1)
      guard pipeline.stages.count > 2 else { return query }
    } else {
      pipeline.stages.append(selection)
    }
    return Query(body: .pipeline(pipeline), hints: query.hints)
  }
}
