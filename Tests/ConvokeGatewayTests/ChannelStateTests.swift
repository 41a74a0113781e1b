import ConvokeWire
import Testing

@testable import ConvokeGateway

struct ChannelStateTests {
  private let failure = GatewayError(.remote, "boom")
  private let loss = GatewayError(.gatewayLost, "gone")

  private func find(_ state: inout ChannelState) -> String {
    switch state.find("channel 1") {
    case .item(let payload, let grant, _): grant.map { "\(payload) +\($0)" } ?? "\(payload)"
    case .end(let error): "\(error.code)"
    case .nothing: "nothing"
    case .callback: "callback"
    }
  }

  @Test func `items come in order, and the end after the last`() {
    var state = ChannelState()
    #expect(self.find(&state) == "nothing")
    #expect(state.deliver([[1], [2]]).isEmpty)
    state.finish(.closed).run()
    #expect(state.deliver([[3]]).isEmpty)
    #expect(["[1]", "[2]", "endOfChannel", "endOfChannel"].allSatisfy { $0 == self.find(&state) })
  }

  @Test func `the error of the other side comes once, a lost gateway always`() {
    var failed = ChannelState()
    failed.finish(.failed(self.failure)).run()
    #expect(self.find(&failed) == "remote")
    #expect(self.find(&failed) == "endOfChannel")
    var lost = ChannelState()
    lost.finish(.lost(self.loss)).run()
    #expect(self.find(&lost) == "gatewayLost")
    #expect(self.find(&lost) == "gatewayLost")
  }

  @Test func `only the first end counts, and a half end lets this side send`() {
    var state = ChannelState()
    state.finish(.closed, isHalf: true).run()
    #expect(state.canSend)
    state.finish(.lost(self.loss)).run()
    #expect(!state.canSend)
    #expect(self.find(&state) == "endOfChannel")
  }

  @Test func `closing tells the other side once, and not when it knows`() {
    var state = ChannelState()
    #expect(state.closeHere().mustTell)
    #expect(!state.closeHere().mustTell)
    var ended = ChannelState()
    ended.finish(.closed).run()
    #expect(!ended.closeHere().mustTell)
  }

  @Test func `with a callback there is nothing to receive`() {
    var state = ChannelState()
    state.hasCallback = true
    _ = state.deliver([[1]])
    #expect(self.find(&state) == "callback")
    #expect(state.next() == [1])
  }

  @Test func `many items pass through in order`() {
    var state = ChannelState()
    var expected = 0
    for number in 0..<5000 {
      _ = state.deliver([[UInt8(truncatingIfNeeded: number)]])
      if number % 3 == 0 {
        #expect(state.next() == [UInt8(truncatingIfNeeded: expected)])
        expected += 1
      }
    }
    while let payload = state.next() {
      #expect(payload == [UInt8(truncatingIfNeeded: expected)])
      expected += 1
    }
    #expect(expected == 5000)
  }

  @Test func `credit is spent and granted, and may go below zero`() {
    var state = ChannelState()
    #expect(state.hasCredit)
    state.spend(1000)
    #expect(state.hasCredit)
    state.startFlowControl(window: 100)
    state.spend(150)
    #expect(!state.hasCredit)
    #expect(state.grant(50).isEmpty)
    #expect(!state.hasCredit)
    #expect(state.grant(-7).isEmpty)
    _ = state.grant(1)
    #expect(state.hasCredit)
  }

  @Test func `what is consumed is granted when half a window is reached`() {
    var state = ChannelState()
    #expect(state.consume(1 << 30) == nil)
    state.startFlowControl(window: 100)
    let half = PeerCapabilities.window / 2
    #expect(state.consume(half - 1) == nil)
    #expect(state.consume(1) == half)
    state.finish(.closed).run()
    #expect(state.consume(half) == nil)
  }

  @Test func `a receiver that gave up before it waited does not wait`() async {
    let arrived = await withCheckedContinuation { continuation in
      var state = ChannelState()
      let id = state.makeID()
      #expect(state.giveUp(receiver: id) == nil)
      if !state.wait(id, continuation) { continuation.resume(returning: nil) }
    }
    #expect(arrived == nil)
  }
}
