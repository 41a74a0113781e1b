import ConvokeProcess
import Foundation
import Synchronization
import Testbed
import Testing

/// An example that runs until it is stopped, with what it has said so far.
final class ExampleProcess: Sendable {
  /// Marks all processes of the example, on its hosts as well.
  let mark = "EXAMPLE_MARK=\(UUID().uuidString)"
  let process: RunningProcess
  private let said: Said

  /// The lines that were written so far.
  private final class Said: Sendable {
    let lines = Mutex<[ConvokeProcess.OutputStream: [String]]>([:])

    func take(_ line: OutputLine) {
      self.lines.withLock { $0[line.stream, default: []].append(line.text) }
    }
  }

  private init(_ program: String, _ arguments: [String], readsOutput: Bool) {
    let (said, words) = (Said(), self.mark.split(separator: "=").map(String.init))
    self.said = said
    let command = Command(arguments: [program] + arguments).with { command in
      command.environment[words[0]] = words[1]
      command.termination = TerminationSequence([.init(.terminate, wait: .seconds(20))])
      if readsOutput { command.stdout.lineHandler = { said.take($0) } }
      command.stderr.lineHandler = { said.take($0) }
      command.stdout.keep = .init(head: 0, tail: 0)
    }
    self.process = command.launch()
  }

  /// Runs an example beside the body; what the body leaves running is ended after it.
  static func with(
    _ program: String,
    _ arguments: [String],
    readsOutput: Bool = true,
    _ body: (ExampleProcess) async throws -> Void
  ) async throws {
    let path =
      program.hasPrefix("/")
      ? program : Tool.packageFolder.appending(components: ".build", "debug", program).path
    let example = ExampleProcess(path, arguments, readsOutput: readsOutput)
    try await afterwards {
      try await body(example)
    } cleanUp: {
      await example.process.terminate()
    }
  }

  /// The lines of one stream.
  func lines(_ stream: ConvokeProcess.OutputStream = .stdout) -> [String] {
    self.said.lines.withLock { $0[stream] ?? [] }
  }

  /// Waits until the lines of a stream are as they should be; hands them out, whether they are or not.
  @discardableResult
  func wait(
    for stream: ConvokeProcess.OutputStream = .stdout,
    _ condition: ([String]) -> Bool
  ) async throws -> [String] {
    let hasCome = try await eventually(within: .seconds(40)) { condition(self.lines(stream)) }
    #expect(hasCome, "\(self.lines(stream)) \(self.lines(.stderr))")
    return self.lines(stream)
  }

  /// The processes with the mark, of the example and of what it has started.
  func processes() throws -> [Int32] { try ProcessTable.processesLeft(matching: self.mark) }

  /// Waits until none of them is left.
  func expectNothingLeft() async throws {
    let isEmpty = try await eventually(within: .seconds(20)) { try self.processes().isEmpty }
    let left = try self.processes().map { ProcessTable.commandLine(of: $0) }
    #expect(isEmpty, "\(left)")
  }
}
