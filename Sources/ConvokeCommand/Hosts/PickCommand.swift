import ArgumentParser
import ConvokeHosts

/// `convoke hosts pick`: some at random.
struct PickCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pick",
    abstract: "Writes hosts picked at random, as one expression."
  )

  @Argument(help: "How many hosts; all of them when there are not more.")
  var count: Int

  @Option(help: "A number that makes the choice the same every time.")
  var seed: UInt64?

  @OptionGroup var options: HostSetOptions

  func validate() throws {
    guard self.count > 0 else { throw ValidationError("There must be at least 1 host to pick.") }
  }

  func run() async throws {
    let hosts = try await self.options.resolve()
    guard let seed = self.seed else { return print(hosts.pick(self.count).folded) }
    var generator = SeededGenerator(seed: seed)
    print(hosts.pick(self.count, using: &generator).folded)
  }
}

/// Random numbers that a seed determines: SplitMix64, Steele, Lea and Flood, OOPSLA 2014.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { self.state = seed }

  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var value = self.state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
