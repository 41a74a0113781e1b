import ArgumentParser
import ConvokeFleet
import ConvokeGateway
import ConvokeProcess
import ConvokeSSH
import ConvokeWire
import Foundation

/// `convoke exec`: Python or JavaScript on every gateway.
struct ExecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Runs Python or JavaScript code on every worker, with nothing installed there.",
    discussion: """
      The code finds its channel as 'channel' and each --arg under its name. What it sends with \
      channel.send is printed, a line an item: text as it is, anything else as JSON.

      EXAMPLES
        convoke exec -w 'local*4' -c 'import os; channel.send(os.getpid())'
        convoke exec -w 'node[1-64]' -b --python inventory.py
        convoke exec -w popen//python=python3.8 -w ssh=node1 --arg n=3 -c 'channel.send(n * 2)'
        convoke exec -w local//javascript=node -c 'await channel.send(process.version)'

      EXIT STATUS
        As for convoke run; code that fails counts as a command that failed, and its traceback is
        written to standard error.
      """
  )

  @OptionGroup(title: "Workers") var targets: GatewayTargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Option(help: ArgumentHelp("A file of Python code.", valueName: "file"), completion: .file())
  var python: String?

  @Option(
    help: ArgumentHelp(
      "A file of JavaScript code; the workers are run by node.",
      valueName: "file"
    ),
    completion: .file()
  )
  var javascript: String?

  @Option(
    name: [.customShort("c"), .long],
    help: ArgumentHelp("The code itself, in the language of the worker.", valueName: "text")
  )
  var code: String?

  @Option(
    help: ArgumentHelp(
      "A value for the code, as JSON if it reads as such, else as text; repeatable.",
      valueName: "name=value"
    )
  )
  var arg: [String] = []

  /// Checks that there is code, once.
  func validate() throws {
    let given = [self.python, self.javascript, self.code].compactMap(\.self).count
    if given == 1 { return }
    throw ValidationError("give the code by one of --python, --javascript and -c.")
  }

  /// Runs the code and leaves with the status.
  func run() async throws {
    let configuration = try Configuration()
    let settings = try self.connection.settings(configuration)
    var members = try await self.targets.resolve(configuration, settings)
    if self.javascript != nil {
      for index in members.indices where members[index].spec.interpreter == .python(nil) {
        members[index].spec.interpreter = .javascript(["node"])
      }
    }
    var options = GatewayOptions()
    options.openTimeout = settings.connectTimeout
    // Code that is to end is seldom worth a long wait.
    options.closeTimeout = .seconds(2)
    let launcher = GatewayLauncher(members, options: options, program: try self.program())
    var call = try FleetCall(
      members.map(GatewayLauncher.host),
      configuration,
      settings,
      self.fanout,
      self.display,
      try RecordOptions.parse([]),
      canBeRaw: true
    )
    call.launcher = launcher
    let status = try await call.perform(.run(Command("exec")))
    await launcher.close()
    throw ExitCode(status)
  }

  private func program() throws -> @Sendable (GatewaySpec) throws -> RemoteProgram {
    let arguments = try self.arg.map(ExecArgument.parse)
    if let path = self.python {
      if arguments.isEmpty {
        let program = try Self.reading(path) { try RemoteProgram.pythonFile(path) }
        return { _ in program }
      }
      let source = try Self.reading(path) { try String(contentsOfFile: path, encoding: .utf8) }
      return { _ in .python(source, arguments: arguments) }
    }
    if let path = self.javascript {
      let source = try Self.reading(path) { try String(contentsOfFile: path, encoding: .utf8) }
      return { _ in .javascript(source, arguments: arguments) }
    }
    let code = self.code ?? ""
    return { spec in
      if case .javascript = spec.interpreter { return .javascript(code, arguments: arguments) }
      return .python(code, arguments: arguments)
    }
  }

  private static func reading<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw UsageError(
        (error as? GatewayError)?.message ?? "cannot read \(path): \(error.localizedDescription)"
      )
    }
  }
}

/// A value given as `NAME=VALUE`.
enum ExecArgument {
  /// Reads one.
  static func parse(_ text: String) throws -> (name: String, value: WireValue) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw UsageError("--arg '\(text)' must be written as NAME=VALUE")
    }
    let value = String(parts[1])
    let decoded = try? JSONDecoder().decode(JSONValue.self, from: Data(value.utf8))
    return (String(parts[0]), decoded?.wire ?? .string(value))
  }

  private struct JSONValue: Decodable {
    var wire: WireValue

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self.wire = .none
      } else if let flag = try? container.decode(Bool.self) {
        self.wire = .bool(flag)
      } else if let number = try? container.decode(Int.self) {
        self.wire = .int(number)
      } else if let number = try? container.decode(Double.self) {
        self.wire = .float(number)
      } else if let text = try? container.decode(String.self) {
        self.wire = .string(text)
      } else if let items = try? container.decode([JSONValue].self) {
        self.wire = .list(items.map(\.wire))
      } else {
        let object = try container.decode([String: JSONValue].self)
        self.wire = .dictionary(
          object.sorted { $0.key < $1.key }.map { WireValue.Pair(.string($0.key), $0.value.wire) }
        )
      }
    }
  }
}
