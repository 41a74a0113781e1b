import ArgumentParser
import ConvokeFleet
import ConvokeProcess
import Glibc

/// `convoke attach`: a job's output as it comes, and its input.
struct AttachCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Shows the output of a job as it comes, and passes input on to it.",
    discussion: """
      A job that was started with --stdin reads what is typed or piped in here;
      with several hosts all of them do. The input of the job stays open when
      that of this program ends, unless --end-input is given. Ctrl-C detaches:
      the job goes on.

      EXAMPLES
        convoke run --detach --stdin --name shell -w node1 python3 -i
        convoke attach -w node1 shell
        echo 'print(6*7)' | convoke attach --end-input -w node1 shell
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FollowFanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions
  @OptionGroup(title: "Jobs") var folder: JobFolderOptions

  @Flag(name: [.customShort("n"), .customLong("no-stdin")], help: "Pass on no input.")
  var takesNoInput = false

  @Flag(help: "End the input of the job, for good, when that of this program ends.")
  var endInput = false

  @Option(
    help: ArgumentHelp(
      "Begin with so many of the last lines of each stream. (default: 0)",
      valueName: "number"
    ),
    transform: Checked.count
  )
  var tail: Int = 0

  @Argument(help: ArgumentHelp("The name of the job.", valueName: "name"))
  var name: String

  /// Attaches and leaves with the status of the job.
  func run() async throws {
    let name = try jobName(self.name)
    var call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.folder
    )
    call.detachNote = "detached; '\(name)' goes on"
    let options = JobLogOptions().with { options in
      options.tail = self.tail
      options.patience = self.fanout.patience?.duration ?? options.patience
    }
    let action = FleetAction.attach(
      to: name,
      options: options,
      endsInput: self.endInput,
      requiresInput: StandardInput.hasData || self.endInput,
      input: try self.input()
    )
    throw ExitCode(try await call.perform(action))
  }

  private func input() throws -> JobAction.Input? {
    guard !self.takesNoInput, self.endInput || StandardInput.hasData || isatty(STDIN_FILENO) == 1
    else { return nil }
    let spool = try InputSpool()
    return { send in
      let reader = spool.open()
      await withTaskCancellationHandler {
        while let bytes = await spool.next(reader) {
          do {
            try await send(bytes)
          } catch is CancellationError {
            return
          } catch {
            Console.shared.note("convoke: \(bytes.count) bytes of input did not arrive: \(error)")
          }
        }
      } onCancel: {
        spool.close(reader)
      }
    }
  }
}
