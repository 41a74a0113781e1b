import ConvokeProcess
import Glibc
import Testing

@Suite(.timeLimit(.minutes(5)), .serialized)
struct ManyProcessesTests {
  // CONVOKE_SPAWNS=100000 is the long form of this test.
  @Test func `no descriptor and no zombie is left after thousands of processes`() async throws {
    let count = unsafe getenv("CONVOKE_SPAWNS").flatMap { unsafe Int(String(cString: $0)) } ?? 3000
    _ = await Command("true").run()
    let before = descriptors()
    await withTaskGroup(of: Outcome.self) { group in
      for number in 0..<count {
        if number >= 16, let outcome = await group.next() { #expect(outcome == .exited(0)) }
        group.addTask { await Command.shell(":").run().outcome }
      }
      for await outcome in group { #expect(outcome == .exited(0)) }
    }
    // Other suites run beside this one and hold some of their own.
    #expect(descriptors() < before + 200)
  }
}

private func descriptors() -> Int {
  guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
  defer { unsafe closedir(folder) }
  var count = 0
  while unsafe readdir(folder) != nil { count += 1 }
  return count
}
