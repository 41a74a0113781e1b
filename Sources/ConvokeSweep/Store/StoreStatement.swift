internal import GRDB
internal import GRDBSQLite

/// A statement that GRDB keeps, executed straight on SQLite.
///
/// GRDB's own way to bind values and to step costs several times what SQLite needs for a row; this is
/// for what happens to every combination.
@safe struct StoreStatement {
  /// What a parameter of a statement is bound to.
  enum Value {
    case null
    case int(Int64)
    case double(Double)
    case text(String)

    static func int(_ number: Int) -> Value { .int(Int64(number)) }
    static func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
    static func optional(_ number: Int64?) -> Value { number.map { .int($0) } ?? .null }
  }

  private let statement: Statement
  private let connection: OpaquePointer?

  /// Prepares a statement, or finds it prepared.
  init(_ db: Database, _ sql: String) throws {
    self.statement = try db.cachedStatement(sql: sql)
    unsafe self.connection = db.sqliteConnection
  }

  /// Executes the statement; rows are passed over.
  func run(_ values: Value...) throws { try self.forEach(values) { _ in false } }

  /// Executes the statement and calls a function for each row, until it says `false`.
  func forEach(_ values: [Value], _ body: (StoreRow) throws -> Bool) throws {
    try self.bind(values)
    defer { unsafe sqlite3_reset(self.statement.sqliteStatement) }
    var isWanted = true
    while isWanted {
      switch unsafe sqlite3_step(self.statement.sqliteStatement) {
      case SQLITE_ROW: isWanted = try body(unsafe StoreRow(self.statement.sqliteStatement))
      case SQLITE_DONE: isWanted = false
      case let code: throw self.error(code)
      }
    }
  }

  private func bind(_ values: [Value]) throws {
    let handle = unsafe self.statement.sqliteStatement
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch value {
        case .null: unsafe sqlite3_bind_null(handle, place)
        case .int(let number): unsafe sqlite3_bind_int64(handle, place, number)
        case .double(let number): unsafe sqlite3_bind_double(handle, place, number)
        case .text(let text): unsafe Self.bind(text, handle, place)
        }
      guard code == SQLITE_OK else { throw self.error(code) }
    }
  }

  // SQLite copies the bytes, as SQLITE_TRANSIENT asks for, which is -1 as a function (sqlite3.h).
  private static func bind(_ text: String, _ handle: OpaquePointer, _ place: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      return unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
        unsafe sqlite3_bind_text(handle, place, bytes.baseAddress, Int32(bytes.count), copied)
      }
    }
  }

  private func error(_ code: Int32) -> DatabaseError {
    let message = unsafe String(cString: sqlite3_errmsg(self.connection))
    return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
  }
}

/// A row of a statement, valid until the next one.
@safe struct StoreRow {
  private let handle: OpaquePointer

  fileprivate init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  /// The whole number in a column, counted from 0.
  func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(self.handle, column) }

  /// The number in a column.
  func double(_ column: Int32) -> Double { unsafe sqlite3_column_double(self.handle, column) }

  /// The text in a column.
  func text(_ column: Int32) -> String { String(decoding: self.bytes(column), as: UTF8.self) }

  /// The bytes of the text in a column.
  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(self.handle, column) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(self.handle, column))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
