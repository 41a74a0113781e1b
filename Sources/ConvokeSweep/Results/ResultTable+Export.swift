extension ResultTable {
  /// The forms of an export.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Comma-separated values (RFC 4180) with a line of names; lists and objects are JSON.
    case csv
    /// An array of JSON objects.
    case json
    /// One JSON object of columns, each with its type and its values, as Parquet and data frames want them.
    case columns
  }

  /// The table as text.
  ///
  /// - Parameter format: The form.
  /// - Returns: The text, with a line end at its end.
  public func export(_ format: Format) -> String {
    switch format {
    case .csv: self.csv
    case .json: self.json
    case .columns: self.columnar
    }
  }

  private var csv: String {
    var text = self.columns.map { Self.cell(.text($0.name)) }.joined(separator: ",") + "\r\n"
    for row in self.rows { text += row.map(Self.cell).joined(separator: ",") + "\r\n" }
    return text
  }

  // RFC 4180: quotes around what has a comma, a quote or a line end; quotes are doubled.
  private static func cell(_ value: ParameterValue) -> String {
    if value == .null { return "" }
    let text = value.description
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  private var json: String {
    let rows = self.rows.map { row in
      ParameterValue.object(zip(self.columns, row).map { .init($0.name, $1) }).json
    }
    return "[" + rows.joined(separator: ",\n") + "]\n"
  }

  private var columnar: String {
    let columns: [ParameterValue] = self.columns.enumerated().map { index, column in
      let values = self.rows.map { $0[index] }
      let type = Self.type(of: values)
      return .object([
        .init("name", .text(column.name)), .init("kind", .text(column.kind.rawValue)),
        .init("type", .text(type)), .init("values", .list(values.map { Self.cast($0, type) })),
      ])
    }
    return ParameterValue.object([
      .init("rows", .int(self.rows.count)), .init("columns", .list(columns)),
    ]).json + "\n"
  }

  // The names are those of Parquet's types: `boolean`, `int64`, `double`, `string`.
  private static func type(of values: [ParameterValue]) -> String {
    let present = values.filter { $0 != .null }
    if present.allSatisfy({ if case .bool = $0 { true } else { false } }), !present.isEmpty {
      return "boolean"
    }
    if present.allSatisfy({ if case .int = $0 { true } else { false } }), !present.isEmpty {
      return "int64"
    }
    return present.allSatisfy({ $0.number != nil }) && !present.isEmpty ? "double" : "string"
  }

  private static func cast(_ value: ParameterValue, _ type: String) -> ParameterValue {
    if value == .null { return .null }
    switch type {
    case "double": return value.number.map { .double($0) } ?? .null
    case "string": return .text(value.description)
    default: return value
    }
  }
}
