public import ConvokeWire

/// Code to run on a worker.
///
/// The code finds its channel under the name `channel`, and each argument under its own name.
public struct RemoteProgram: Sendable {
  /// What to send, by the language of the worker; a service can have several forms.
  var forms: [WorkerLanguage: Form]

  /// The program as one kind of worker takes it.
  struct Form: Sendable {
    var source: String
    var file: String?
    var function: String?
    var arguments: [WireValue.Pair] = []

    /// The payload of a CHANNEL_EXEC frame: source, file, function and keyword arguments.
    var payload: WireValue {
      .tuple([
        .string(self.source),
        self.file.map { .string($0) } ?? .none,
        self.function.map { .string($0) } ?? .none,
        .dictionary(self.arguments),
      ])
    }
  }

  init(_ form: Form, _ language: WorkerLanguage) { self.forms = [language: form] }

  /// Python source.
  ///
  /// - Parameters:
  ///   - source: The source; indentation common to all its lines is taken away.
  ///   - arguments: Values by name.
  /// - Returns: The program.
  public static func python(
    _ source: String,
    _ arguments: KeyValuePairs<String, WireValue> = [:]
  ) -> RemoteProgram {
    self.python(source, arguments: arguments.map { ($0.key, $0.value) })
  }

  /// Python source with any number of arguments.
  package static func python(
    _ source: String,
    arguments: [(name: String, value: WireValue)]
  ) -> RemoteProgram {
    let text = Self.dedented(source)
    if arguments.isEmpty {
      return RemoteProgram(Form(source: text), .python)
    }
    // execnet passes arguments to functions only; this one runs the source with them as its names.
    let form = Form(
      source: """
        def convoke_run(channel, convoke_source, **arguments):
            arguments.update(channel=channel, __name__="__channelexec__")
            exec(compile(convoke_source, "<remote exec>", "exec"), arguments)
        """,
      function: "convoke_run",
      arguments: [.init(.string("convoke_source"), .string(text + "\n"))] + Self.pairs(arguments)
    )
    return RemoteProgram(form, .python)
  }

  /// A Python file of this machine.
  ///
  /// - Parameter path: The path, which tracebacks show.
  /// - Returns: The program.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/badValue`` for a file that cannot be read.
  public static func pythonFile(_ path: String) throws -> RemoteProgram {
    let source = try SourceFile.read(path)
    return RemoteProgram(Form(source: source, file: path), .python)
  }

  /// A function of a Python file, called with the channel and keyword arguments.
  ///
  /// - Parameters:
  ///   - name: The name of the function, whose first parameter is the channel.
  ///   - path: The path of the file, which is run first.
  ///   - arguments: The keyword arguments.
  /// - Returns: The program.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/badValue`` for a file that cannot be read.
  public static func pythonFunction(
    _ name: String,
    of path: String,
    _ arguments: KeyValuePairs<String, WireValue> = [:]
  ) throws -> RemoteProgram {
    let form = Form(
      source: try SourceFile.read(path),
      file: path,
      function: name,
      arguments: Self.pairs(arguments.map { ($0.key, $0.value) })
    )
    return RemoteProgram(form, .python)
  }

  /// JavaScript source: the body of an asynchronous function.
  ///
  /// - Parameters:
  ///   - source: The source.
  ///   - arguments: Values by name.
  /// - Returns: The program.
  public static func javascript(
    _ source: String,
    _ arguments: KeyValuePairs<String, WireValue> = [:]
  ) -> RemoteProgram {
    self.javascript(source, arguments: arguments.map { ($0.key, $0.value) })
  }

  /// JavaScript source with any number of arguments.
  package static func javascript(
    _ source: String,
    arguments: [(name: String, value: WireValue)]
  ) -> RemoteProgram {
    // On the first line of the source, so that its line numbers stay right.
    let names = arguments.map(\.name).joined(separator: ", ")
    let head = arguments.isEmpty ? "" : "const {\(names)} = kwargs; "
    let form = Form(source: head + source, arguments: Self.pairs(arguments))
    return RemoteProgram(form, .javascript)
  }

  static func pairs(_ arguments: [(name: String, value: WireValue)]) -> [WireValue.Pair] {
    arguments.map { .init(.string($0.name), $0.value) }
  }

  private static func dedented(_ source: String) -> String {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let indents = lines.filter { !$0.allSatisfy(\.isWhitespace) }.map {
      $0.prefix { $0 == " " }.count
    }
    let common = indents.min() ?? 0
    return lines.map { $0.dropFirst(min(common, $0.prefix { $0 == " " }.count)) }
      .joined(separator: "\n")
  }
}
