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
