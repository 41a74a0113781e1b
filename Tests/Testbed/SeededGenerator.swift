import Foundation

/// Random numbers that a seed determines: SplitMix64, Steele, Lea and Flood, OOPSLA 2014.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Makes a generator; the same seed gives the same numbers.
  package init(seed: UInt64) { self.state = seed }

  /// The next number.
  package mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var value = self.state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// The seed in the environment variable `CONVOKE_SEED`, or a new one; printed, to run it again.
  package static func announcedSeed() -> UInt64 {
    let given = ProcessInfo.processInfo.environment["CONVOKE_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("CONVOKE_SEED=\(seed)")
    return seed
  }
}
