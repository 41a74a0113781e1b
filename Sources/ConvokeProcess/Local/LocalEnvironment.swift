import Glibc

/// The environment of this program, and what a command makes of it.
enum LocalEnvironment {
  /// The value of a variable of this program.
  static func value(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// All variables as `NAME=value`, with changes: a value sets a variable, `nil` removes it.
  static func list(changes: [String: String?]) -> [String] {
    var list: [String] = []
    var pointer = unsafe environ
    while let entry = unsafe pointer.pointee {
      let text = unsafe String(cString: entry)
      let name = String(text.prefix { $0 != "=" })
      if changes[name] == nil { list.append(text) }
      unsafe pointer += 1
    }
    for (name, value) in changes { if let value { list.append("\(name)=\(value)") } }
    return list
  }

  /// Calls a body with the environment of a command, as execve(2) wants it.
  ///
  /// Without changes the strings of this program are handed on, and none is copied.
  static func with<Result>(
    _ changes: [String: String?],
    run: String?,
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    guard changes.isEmpty else {
      return unsafe CStringArray.with(self.list(changes: changes), body)
    }
    guard let run else { return unsafe body(UnsafePointer(environ)) }
    return unsafe self.with(variable: "\(RunMark.name)=\(run)", body)
  }

  private static func with<Result>(
    variable: String,
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let start = variable.utf8.prefix { $0 != UInt8(ascii: "=") }.count + 1
    return unsafe variable.withCString { text in
      var pointers: [UnsafeMutablePointer<CChar>?] = unsafe [UnsafeMutablePointer(mutating: text)]
      var entry = unsafe environ
      while let other = unsafe entry.pointee {
        if unsafe strncmp(other, text, start) != 0 { unsafe pointers.append(other) }
        unsafe entry += 1
      }
      unsafe pointers.append(nil)
      return unsafe pointers.withUnsafeBufferPointer { list in
        guard let start = list.baseAddress else {
          preconditionFailure("the list has at least its last, null element")
        }
        return unsafe body(start)
      }
    }
  }

  /// The path of a program, looked up as execvp(3) does.
  static func path(of program: String, changes: [String: String?]) -> Result<String, Failure> {
    if program.contains("/") { return .success(program) }
    let search =
      changes["PATH"].flatMap { $0 } ?? self.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    var unusable: String?
    for folder in search.split(separator: ":", omittingEmptySubsequences: false) {
      let path = folder.isEmpty ? "./\(program)" : "\(folder)/\(program)"
      if unsafe access(path, X_OK) == 0 { return .success(path) }
      if errno == EACCES { unusable = path }
    }
    if let unusable {
      return .failure(Failure(.permissionDenied, "\(unusable) may not be executed"))
    }
    return .failure(Failure(.commandNotFound, "there is no program '\(program)' in PATH"))
  }
}
