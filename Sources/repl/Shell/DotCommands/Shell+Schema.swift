import Storage
import TraceQL

extension Shell {
  /// Intrinsics with their types, then attributes with a column of their own, by block version.
  func showSchema() async throws(CommandFailure) {
    let source = try source()
    var table = Table(columns: [
      .init("Field", key: "field", canShrink: true), .init("Type", key: "type"),
      .init("Kept in", key: "kept_in", canShrink: true),
    ])
    for intrinsic in Intrinsic.allCases {
      table.append(
        .init([.text(intrinsic.rawValue), .text("\(intrinsic.type)"), .text("intrinsic")]))
    }
    if let local = source as? LocalSource {
      for (field, type, blocks) in Self.dedicated(local.blocks) {
        let place = "own column in \(blocks) of \(NumberText.counted(local.blocks.count, "block"))"
        table.append(.init([.text(field), .text(type), .text(place)]))
      }
    }
    let names = catalogue?.listing(.names(filter: nil), patience: .milliseconds(2_000))
    let attributes = (names?.counts.keys).map { Array($0).compactMap(\.name) } ?? []
    show(table)
    if options.showsTimer {
      note(NumberText.counted(attributes.count, "attribute") + "; .attrs lists them")
    }
    output.finishAnswer()
  }

  private static func dedicated(_ blocks: [Block]) -> [(field: String, type: String, blocks: Int)] {
    var counts: [String: (type: String, blocks: Int)] = [:]
    for block in blocks {
      for column in block.metadata.dedicatedColumns {
        guard let scope = column.scope, let kind = column.kind else { continue }
        let field = "\(scope).\(column.name)"
        counts[field, default: (kind == .int ? "int" : "string", 0)].blocks += 1
      }
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value.type, $0.value.blocks) }
  }
}
