extension RemoteProgram {
  /// The same program for both kinds of workers that are sent source.
  ///
  /// - Parameters:
  ///   - python: Its source for Python workers.
  ///   - javascript: Its source for JavaScript workers.
  /// - Returns: The program.
  package static func either(python: String, javascript: String) -> RemoteProgram {
    var program = Self.python(python)
    program.forms.merge(Self.javascript(javascript).forms) { $1 }
    return program
  }
}
