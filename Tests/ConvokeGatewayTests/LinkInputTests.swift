import Testing

@testable import ConvokeGateway

struct LinkInputTests {
  private func started() -> LinkInput {
    var input = LinkInput()
    input.start()
    return input
  }

  // The first waits go by without a look.
  private func takenForWait(_ input: inout LinkInput) -> Int? {
    for count in 0..<10_000 where input.takeForWait() { return count }
    return nil
  }

  @Test func `only one reads at a time`() throws {
    var input = self.started()
    let isTaken1 = input.takeForReactor()
    #expect(isTaken1)
    #expect(self.takenForWait(&input) == nil)
    _ = input.leave()
    try #require(self.takenForWait(&input) != nil)
    let isTaken2 = input.takeForReactor()
    #expect(!isTaken2)
    #expect(input.leave(inVain: false) == .watch)
    let isTaken3 = input.takeForReactor()
    #expect(isTaken3)
  }

  @Test func `looks that are in vain become rare, and one that is not makes them frequent`() throws
  {
    var input = self.started()
    var waits = [try #require(self.takenForWait(&input))]
    for _ in 1...20 {
      _ = input.leave(inVain: true)
      waits.append(try #require(self.takenForWait(&input)))
    }
    #expect(waits == waits.sorted())
    #expect(waits[20] > 1000)
    _ = input.leave(inVain: false)
    #expect(self.takenForWait(&input) == 0)
    _ = input.leave(inVain: true)
    #expect(try #require(self.takenForWait(&input)) < 10)
  }

  @Test func `nobody looks before the start, during a pause and after the end`() {
    var input = LinkInput()
    #expect(self.takenForWait(&input) == nil)
    input.start()
    input.isPaused = true
    #expect(self.takenForWait(&input) == nil)
    input.isPaused = false
    #expect(self.takenForWait(&input) != nil)
    input.isPaused = true
    #expect(input.leave(inVain: false) == .nothing)
    let mustClose = input.close()
    #expect(mustClose)
    #expect(self.takenForWait(&input) == nil)
    let isTaken4 = input.takeForReactor()
    #expect(!isTaken4)
  }

  @Test func `who reads at the end closes`() {
    var input = self.started()
    #expect(self.takenForWait(&input) != nil)
    let mustClose = input.close()
    #expect(!mustClose)
    #expect(input.leave(inVain: false) == .close)
  }
}
