package import ConvokeWire

/// What a CHANNEL_EXEC frame has for a worker in Swift, in place of a source.
package enum SwiftForm {
  /// What the first line to a worker in Swift begins with.
  package static let bootstrapMark = "swift/1 "
  /// Names a task of the worker's program.
  package static let task = "convoke:task"
  /// Names a service that is built into every worker.
  package static let service = "convoke:service"
}

extension RemoteProgram {
  /// A task that the program of a worker in Swift has registered.
  ///
  /// - Parameters:
  ///   - name: The name of the task.
  ///   - arguments: The arguments after the channel, in order.
  /// - Returns: The program.
  /// - Throws: `WireError` or `EncodingError` for an argument that cannot be sent.
  public static func task<each Argument: Encodable>(
    _ name: String,
    _ arguments: repeat each Argument
  ) throws -> RemoteProgram {
    var values: [WireValue] = []
    for argument in repeat each arguments { values.append(try WireEncoder().encode(argument)) }
    var pairs = [WireValue.Pair("arguments", .list(values))]
    if let trace = TraceContext.current { pairs.append(.init("trace", trace)) }
    let form = Form(source: SwiftForm.task, function: name, arguments: pairs)
    return RemoteProgram(form, .swift)
  }

  /// A service: built into workers in Swift, sent as source to the others.
  ///
  /// - Parameters:
  ///   - name: The name of the service.
  ///   - arguments: Values by name, the same for every language.
  ///   - python: Its source for Python workers; `nil` if there is none.
  ///   - javascript: Its source for JavaScript workers; `nil` if there is none.
  /// - Returns: The program.
  package static func service(
    _ name: String,
    arguments: [(name: String, value: WireValue)] = [],
    python: String? = nil,
    javascript: String? = nil
  ) -> RemoteProgram {
    let form = Form(
      source: SwiftForm.service,
      function: name,
      arguments: Self.pairs(arguments)
    )
    var program = RemoteProgram(form, .swift)
    if let python {
      program.forms.merge(Self.python(python, arguments: arguments).forms) { $1 }
    }
    if let javascript {
      program.forms.merge(Self.javascript(javascript, arguments: arguments).forms) { $1 }
    }
    return program
  }
}
