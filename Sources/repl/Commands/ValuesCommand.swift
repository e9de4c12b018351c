import TraceQL
import Wire

/// `traceql values`: the values of one attribute or intrinsic.
enum ValuesCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let field = try field(session.arguments.operands.first ?? "")
    let parameters = try FilterFlag.parameters(session)
    let catalog = try await session.openCatalog()
    let answer = try await APIAnswer.ask(
      "/api/v2/search/tag/\(PercentEncoding.encode(field))/values", parameters, catalog: catalog,
      session: session)
    guard session.settings.format != .json else {
      StandardStream.output.write(answer.body)
      StandardStream.output.write("\n")
      return answer.code
    }
    let values = try FilterFlag.members("tagValues", of: answer.body).map(Found.init).sorted()
    let limit = session.settings.limit == 0 ? values.count : session.settings.limit
    var table = Table(columns: [
      .init("Value", key: "value", canShrink: true), .init("Type", key: "type"),
    ])
    for value in values.prefix(limit) {
      // An empty cell would look like nothing at all.
      let isShownEmpty = value.text.isEmpty && session.settings.format == .table
      let cell = isShownEmpty ? .text("\"\"") : value.cell
      table.append(.init([cell, .text(value.type)]))
    }
    var footer = NumberText.counted(values.count, "value")
    if limit < values.count {
      footer = "\(NumberText.grouped(limit)) of \(footer); --limit 0 shows all"
      if session.settings.format != .table { session.complain(footer) }
    }
    TableOutput.write(table, footer: footer, session: session)
    return answer.code
  }

  /// The field as TraceQL writes it; a bare `service.name` means any scope, as in queries.
  private static func field(_ text: String) throws(CommandFailure) -> String {
    if case .success = Field.parse(identifier: text) { return text }
    if text.contains("."), case .success = Field.parse(identifier: "." + text) {
      return "." + text
    }
    let hint = "Write resource.service.name, span.http.status_code, .region (any scope), or name."
    throw CommandFailure(
      UsageError(
        "'\(PrintableText.escaped(text))' is no field", hint: hint, command: .values))
  }

  /// One value, ordered as people expect: numbers by size, text by its bytes.
  private struct Found: Comparable {
    var type: String
    var text: String

    init(_ json: JSON) {
      type = json["type"]?.string ?? ""
      text = json["value"]?.string ?? ""
    }

    var cell: Cell {
      switch type {
      case "int": Int64(text).map(Cell.integer) ?? .text(text)
      case "float": Double(text).map(Cell.float) ?? .text(text)
      case "bool": .bool(text == "true")
      default: .text(text)
      }
    }

    private var number: Double? { type == "int" || type == "float" ? Double(text) : nil }

    static func < (a: Found, b: Found) -> Bool {
      switch (a.number, b.number) {
      case (let x?, let y?): x < y
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): (a.type, a.text) < (b.type, b.text)
      }
    }
  }
}
