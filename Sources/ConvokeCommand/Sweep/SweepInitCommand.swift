import ArgumentParser
import Foundation

/// `convoke sweep init`: writes a first definition.
struct SweepInitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a first sweep.yaml, with all that can be said in comments."
  )

  @Argument(help: "The file to write; it must not exist.")
  var file = "sweep.yaml"

  /// Writes the file.
  func run() async throws {
    guard !FileManager.default.fileExists(atPath: self.file) else {
      throw UsageError("\(self.file) exists already; choose another name")
    }
    do {
      try Data(Self.example.utf8).write(to: URL(filePath: self.file))
    } catch {
      throw UsageError("\(self.file) cannot be written: \(error.localizedDescription)")
    }
    await Console.shared.print("\(self.file) written; try: convoke sweep run \(self.file)")
  }

  static let example = """
    # Every combination of these parameters is executed once.
    parameters:
      size: [1, 2, 4]
      mode: {fast: {}, careful: {level: [1, 2]}}   # level exists for careful alone
    # count: {range: [1, 10, 2]}                   # 1, 3, 5, 7, 9
    # scale: {igeom: [1, 1000, 4]}                 # 1, 10, 100, 1000; also geom, linear
    # total: {value: size * 100}                   # follows from those before it
    # zip: {file: [a.txt, b.txt], lines: [10, 20]} # changes in step
    # where:                                       # leave out what does not hold
    #   - size < 4 or mode == 'fast'
    # sample: {method: sobol, count: 50, seed: 1}  # some of them: random, latin, sobol

    run:
      command: 'echo "{\\"answer\\": $(({size} * 2))}"'
      results: json            # also none, {file: PATH}, {regex: 'time: (?<time>[0-9.]+)'}
    # on: node[1-8]            # hosts, as for -w; without, this machine
    # slots: 2                 # combinations at a time on each host
    # setup: make              # once on each host; also teardown
    # timeout: 10m
    # retries: {exit: 1, timeout: 1, lost: 3, connect: 3}
    # repetitions: 5           # medians with confidence intervals; also warmup
    # order: random:1          # also random, given, or an expression: higher values first
    # stop: soon:fail=10%

    """
}
