import Storage

/// A dedicated column as Tempo's configuration has it: `{scope: span, name: http.url}`.
enum ColumnMapping {
  private static let names: Set<String> = ["scope", "name", "type", "options"]

  /// The column as one text; `place` begins the sentence of an error.
  static func text(
    _ fields: [String: [String]], _ place: String
  ) throws(ConfigurationError) -> String {
    func wrong(_ message: String) -> ConfigurationError {
      ConfigurationError(
        message: "\(place)storage.trace.block.parquet_dedicated_columns: \(message)")
    }
    if let other = fields.keys.sorted().first(where: { !names.contains($0) }) {
      throw wrong("a column has scope, name, type and options, and no '\(other)'")
    }
    do throws(DedicatedColumnError) {
      let column = try DedicatedColumn(
        scope: fields["scope"]?.first ?? "", name: fields["name"]?.first ?? "",
        kind: fields["type"]?.first ?? "", options: (fields["options"] ?? []).filter { !$0.isEmpty }
      )
      return column.text
    } catch {
      throw wrong(error.message)
    }
  }

  /// A mapping on one line.
  static func yaml(_ text: String) -> String {
    // What is no column cannot be here, and would be shown as it is.
    guard let column = try? DedicatedColumn(text: text) else { return YAMLText.scalar(text) }
    let scope = column.scope.map { "\($0)" } ?? "span"
    var members = [
      "scope: " + scope, "name: " + YAMLText.scalar(column.name),
      "type: " + (column.kind == .int ? "int" : "string"),
    ]
    if !column.options.isEmpty {
      members.append("options: [" + column.options.joined(separator: ", ") + "]")
    }
    return "{" + members.joined(separator: ", ") + "}"
  }
}
