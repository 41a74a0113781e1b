import ConvokeGateway
import ConvokeWire

/// The same piece of work in the languages of all workers.
struct Program: Sendable {
  var python: String
  var javascript: String
  /// The name of the task in Swift.
  var swift: String

  func run(on gateway: Gateway, _ language: Endpoint.Language) throws -> Channel {
    switch language {
    case .python: try gateway.execute(.python(self.python))
    case .asyncio: try gateway.execute(.python(self.asynchronous))
    case .javascript: try gateway.execute(.javascript(self.javascript))
    case .swift: try gateway.execute(.task(self.swift))
    }
  }

  private var asynchronous: String {
    self.python
      .replacing("for item in", with: "async for item in")
      .replacing("channel.receive()", with: "await channel.receive()")
      .replacing("mine.receive()", with: "await mine.receive()")
  }

  static let echo = Program(
    python: "for item in channel: channel.send(item)",
    javascript: "for await (const item of channel) await channel.send(item)",
    swift: "echo"
  )
  static let count = Program(
    python: "for number in range(2000): channel.send(number)",
    javascript: "for (let number = 0; number < 2000; number++) await channel.send(number)",
    swift: "count"
  )
  static let sum = Program(
    python: """
      total = 0
      while True:
          item = channel.receive()
          if item is None:
              break
          total += item
      channel.send(total)
      """,
    javascript: """
      let total = 0;
      for (let item; (item = await channel.receive()) !== null;) total += item;
      await channel.send(total);
      """,
    swift: "sum"
  )
  static let fail = Program(
    python: "channel.send(1)\nraise ValueError('some words')",
    javascript: "await channel.send(1); throw new Error('some words')",
    swift: "fail"
  )
  static let newChannel = Program(
    python: """
      other = channel.receive()
      other.send("to yours")
      mine = channel.gateway.newchannel()
      channel.send(mine)
      channel.send(mine.receive())
      """,
    javascript: """
      const other = await channel.receive();
      await other.send("to yours");
      const mine = channel.gateway.newchannel();
      await channel.send(mine);
      await channel.send(await mine.receive());
      """,
    swift: "newChannel"
  )
  static let wait = Program(
    python: "channel.receive()",
    javascript: "await channel.receive()",
    swift: "wait"
  )
}
