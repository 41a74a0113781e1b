/// The combinations of a store and their results as a table.
public struct ResultTable: Sendable {
  /// What a column is about.
  public enum Kind: String, Sendable, Hashable {
    /// A parameter.
    case parameter
    /// A part of the result.
    case result
    /// What the store knows: state, attempts, host, times, reason.
    case record
  }

  /// A column.
  public struct Column: Sendable, Hashable {
    /// Its name, unique in the table.
    public var name: String
    /// What it is about.
    public var kind: Kind
  }

  /// The columns: parameters, then results, then records.
  public var columns: [Column]
  /// The rows, with a value for each column.
  public var rows: [[ParameterValue]]

  private static let recordNames = [
    "state", "attempts", "host", "started", "ended", "reason", "key", "slug",
  ]

  /// Reads the present sweep of a store.
  ///
  /// Objects in results become columns with dots in their names. A result named like a parameter is
  /// called `result.NAME`.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - states: The states to look for; `nil` takes all.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public init(_ store: SweepStore, in states: Set<SweepState>? = nil) throws(SweepError) {
    let records = try store.records(in: states)
    let times = try store.times()
    var parameters = OrderedNames()
    var results = OrderedNames()
    for record in records {
      for field in record.combination.fields { parameters.insert(field.name) }
      for field in Self.flat(record.result) { results.insert(field.name) }
    }
    let taken = Set(parameters.names + Self.recordNames)
    self.columns =
      parameters.names.map { Column(name: $0, kind: .parameter) }
      + results.names.map { Column(name: taken.contains($0) ? "result.\($0)" : $0, kind: .result) }
      + Self.recordNames.map { name in
        Column(name: parameters.names.contains(name) ? "record.\(name)" : name, kind: .record)
      }
    self.rows = records.map { record in
      let result = Dictionary(
        Self.flat(record.result).map { ($0.name, $0.value) },
        uniquingKeysWith: { $1 }
      )
      return parameters.names.map { record.combination[$0] ?? .null }
        + results.names.map { result[$0] ?? .null } + Self.record(record, times[record.id])
    }
  }

  private static func record(
    _ record: SweepRecord,
    _ times: (started: Double, ended: Double)?
  ) -> [ParameterValue] {
    [
      .text(record.state.rawValue), .int(record.attempts), record.host.map { .text($0) } ?? .null,
      times.map { .double($0.started) } ?? .null, times.map { .double($0.ended) } ?? .null,
      record.reason.map { .text($0) } ?? .null, .text(record.combination.key),
      .text(record.combination.slug),
    ]
  }

  private static func flat(_ value: ParameterValue?) -> [ParameterValue.Field] {
    switch value {
    case nil, .null: []
    case .object(let fields):
      fields.flatMap { field in
        guard case .object = field.value else { return [field] }
        return self.flat(field.value).map { .init("\(field.name).\($0.name)", $0.value) }
      }
    case .some(let value): [.init("value", value)]
    }
  }

  /// The values of a column; `nil` if there is none of that name.
  ///
  /// - Parameter name: The name of the column.
  public subscript(_ name: String) -> [ParameterValue]? {
    guard let index = self.columns.firstIndex(where: { $0.name == name }) else { return nil }
    return self.rows.map { $0[index] }
  }
}

/// Names, each once, in the order in which they came.
private struct OrderedNames {
  private(set) var names: [String] = []
  private var seen: Set<String> = []

  mutating func insert(_ name: String) {
    if self.seen.insert(name).inserted { self.names.append(name) }
  }
}
