import ArgumentParser
import ConvokeGateway
import ConvokeProcess
import ConvokeSSH
import ConvokeWire
import Dispatch
import Foundation
import Synchronization

/// `convoke shell`: an interactive Python or Node on a worker.
struct ShellCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell",
    abstract: "Opens an interactive prompt on a worker, with nothing of Convoke installed there.",
    discussion: """
      The prompt is Python's own, or Node's for a worker with the key javascript. \
      Ctrl-C interrupts the statement that runs, Ctrl-D or exit() ends. Without a terminal the lines \
      of standard input are run without prompts.

      EXAMPLES
        convoke shell node1
        convoke shell popen//python=python3.8
        convoke shell local//javascript=node
        echo 'import os; print(os.uname())' | convoke shell ssh=node1
      """
  )

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Argument(help: "The worker: a gateway specification, or a host to reach over ssh.")
  var spec: String

  /// Serves the prompt and leaves with the status.
  func run() async throws {
    let configuration = try Configuration()
    let settings = try self.connection.settings(configuration)
    let targets = try GatewayTargetOptions.parse(["--workers=\(self.spec)"])
    let members = try await targets.resolve(configuration, settings)
    guard members.count == 1, let member = members.first else {
      throw UsageError("'\(self.spec)' stands for \(members.count) workers; a shell needs one")
    }
    if member.spec.language == .swift {
      throw UsageError(
        "'\(self.spec)' is a worker in Swift; the shell is for Python and JavaScript"
      )
    }
    var options = GatewayOptions()
    options.openTimeout = settings.connectTimeout
    options.outputHandler = { chunk in ShellSession.show(chunk) }
    let group = GatewayGroup(options: options)
    let status: Int32
    do {
      let gateway = try await group.open(member.spec)
      status = try await ShellSession(gateway).serve()
    } catch {
      await Console.shared.print("convoke: \(error)", to: .errors)
      let code = (error as? GatewayError)?.code
      let isFar: Set<GatewayError.Code> = [.hostNotFound, .gatewayLost, .timedOut]
      status = code.map(isFar.contains) == true ? ExitStatus.unreachable : ExitStatus.failed
    }
    await group.terminate(within: options.closeTimeout)
    throw ExitCode(status)
  }
}

/// The prompt on one gateway.
final class ShellSession: Sendable {
  private let channel: Channel
  private let control: Channel
  private let isTerminal = isatty(STDIN_FILENO) == 1
  /// What an interrupt of nothing shows, as the prompt over there would say it.
  private let interruption: String
  /// How often the far side was ready for a line, less the lines it was sent.
  private let prompts = Mutex(0)

  init(_ gateway: Gateway) throws {
    self.channel = try gateway.execute(ShellProgram.program)
    self.control = try gateway.newChannel()
    self.interruption =
      gateway.spec.language == .python ? "KeyboardInterrupt" : "Interrupted"
  }

  /// Passes on what the worker writes besides.
  static func show(_ chunk: OutputChunk) {
    let file: Console.File = chunk.stream == .stdout ? .output : .errors
    // The console keeps the order of what it is given; this call does not wait.
    Task { await Console.shared.write(chunk.bytes, to: file) }
  }

  /// Serves until the end of the input or of the program; hands out the status.
  func serve() async throws -> Int32 {
    try await self.channel.send(self.control)
    let source = self.watchInterrupts()
    defer { source.cancel() }
    let (lines, taken) = Self.readLines()
    return try await withThrowingTaskGroup(of: Int32?.self) { tasks in
      tasks.addTask {
        for await line in lines {
          self.prompts.withLock { $0 -= 1 }
          try await self.channel.send(.string(line))
          taken.signal()
        }
        if !Task.isCancelled { try? await self.channel.send(WireValue.none) }
        return nil
      }
      tasks.addTask { try await self.follow() }
      defer { tasks.cancelAll() }
      while let ended = try await tasks.next() { if let ended { return ended } }
      return ExitStatus.internal
    }
  }

  private func follow() async throws -> Int32 {
    while true {
      let parts = try await self.channel.receive().elements ?? []
      guard parts.count == 2, let kind = parts[0].int else { continue }
      switch kind {
      case 0: await self.prompt(parts[1] == .bool(true))
      case 1, 2:
        let file: Console.File = kind == 1 ? .output : .errors
        await Console.shared.write(Array((parts[1].string ?? "").utf8), to: file)
      default:
        if self.isTerminal { await Console.shared.write([10], to: .errors) }
        return Int32(parts[1].int ?? 0)
      }
    }
  }

  private func prompt(_ goesOn: Bool) async {
    self.prompts.withLock { $0 += 1 }
    guard self.isTerminal else { return }
    await Console.shared.write(Array((goesOn ? "... " : ">>> ").utf8), to: .errors)
  }

  private func watchInterrupts() -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT)
    source.setEventHandler { [self] in
      let isReady = self.prompts.withLock { prompts in
        guard prompts > 0 else { return false }
        prompts -= 1
        return true
      }
      if isReady { Console.shared.note("\n" + self.interruption) }
      Task { try? await (isReady ? self.channel : self.control).send(.int(0)) }
    }
    source.resume()
    return source
  }

  // Lines from a thread of its own, which reads the next one when the last was taken. Nothing can
  // wake it from its read: it ends with the program.
  private static func readLines() -> (AsyncStream<String>, DispatchSemaphore) {
    let taken = DispatchSemaphore(value: 0)
    let lines = AsyncStream<String>(bufferingPolicy: .bufferingOldest(2)) { continuation in
      Thread.detachNewThread {
        while let line = Swift.readLine() {
          continuation.yield(line)
          taken.wait()
        }
        continuation.finish()
      }
    }
    return (lines, taken)
  }
}
