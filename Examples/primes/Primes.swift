// Counts the primes below a number, on as many workers as there are.
//
//   swift run primes 1000000                          four workers of this machine
//   swift run primes 1000000 'ssh=node[1-8]//swift'   eight hosts, which get this program by themselves
//
// For other hosts build it as one static file: scripts/build-worker primes

import ConvokeActors
import ConvokeWorker
import Distributed

distributed actor Counter: SpawnableActor {
  typealias ActorSystem = ConvokeActorSystem

  init(actorSystem: ConvokeActorSystem, start: Nothing) { self.actorSystem = actorSystem }

  /// How many primes there are in a range.
  distributed func count(_ range: Range<Int>) -> Int { range.count(where: Self.isPrime) }

  private static func isPrime(_ number: Int) -> Bool {
    if number < 4 { return number > 1 }
    var divisor = 2
    while divisor * divisor <= number {
      if number.isMultiple(of: divisor) { return false }
      divisor += 1
    }
    return true
  }
}

@main
enum Primes {
  static func main() async throws {
    await Worker.serveIfAsked(services: [.actors])
    let words = CommandLine.arguments.dropFirst()
    let limit = words.first.flatMap { Int($0) } ?? 100_000
    let specs = words.count > 1 ? Array(words.dropFirst()) : ["local*4//swift"]
    let ranges = stride(from: 0, to: limit, by: 10_000).map { $0..<min($0 + 10_000, limit) }
    let total = try await withActors(Counter.self, on: specs) { counters in
      var total = 0
      let counts = counters.map(ranges, window: 2) { counter, range in
        try await counter.count(range)
      }
      for try await count in counts { total += count }
      return total
    }
    print("there are \(total) primes below \(limit)")
  }
}
