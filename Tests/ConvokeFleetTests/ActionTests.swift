import ConvokeHosts
import ConvokeProcess
import Testing

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct ActionTests {
  @Test func `a sequence stops after a failed part`() async {
    let action = FleetAction.sequence([.run("true"), .run("exit {rank}"), .run("echo never")])
    let report = await Fleet.local(2).perform(action)
    #expect(report.parts.map(\.status) == [.succeeded, .failed, .failed])
    #expect(report.parts[2].results.map(\.outcome.word) == ["not-started", "not-started"])
    #expect(report.parts[2].started == nil)
    #expect(report.status == .failed)
  }

  @Test func `a sequence can go on after a failed part`() async {
    let parts = [FleetAction.run("false"), .run("echo on")]
    let report = await Fleet.local(1).perform(.sequence(parts, stopsOnFailure: false))
    #expect(report.results.map(\.outcome) == [.exited(1), .exited(0)])
  }

  @Test func `parallel parts run at the same time on hosts of their own`() async throws {
    let hosts = Host.numbered(3)
    let pipe = "/tmp/convoke-fleet-\(UInt32.random(in: 0 ... .max))"
    let action = FleetAction.parallel([
      .run("mkfifo \(pipe); cat \(pipe); rm \(pipe)").on(hosts.prefix(1)),
      .run(
        "until test -p \(pipe); do sleep 0.01; done; echo {host} {peer} > \(pipe)",
        values: [
          "peer": ["n0"]
        ]
      ).on(hosts.suffix(1)),
    ])
    let report = await Fleet.local(hosts).perform(action)
    #expect(report.isOK)
    #expect(report.parts[0].results[0].result.stdout.text == "n2 n0\n")
    #expect(report.parts[1].results[0].member == FleetMember(hosts[2], rank: 0, step: [1]))
  }

  @Test func `cancelling a sequence starts no later part`() async {
    let events = Collector<FleetEvent>()
    let task = Task {
      await Fleet.local(1).perform(.sequence([.run("sleep 30"), .run("echo never")])) { event in
        events.add(event)
      }
    }
    let isStarted = { events.all.contains { if case .started = $0 { true } else { false } } }
    while !isStarted() { await Task.yield() }
    task.cancel()
    let report = await task.value
    #expect(report.parts[1].results.map(\.outcome) == [.notStarted("cancelled")])
    #expect(report.status == .interrupted)
  }
}

@Suite(.timeLimit(.minutes(1))) struct FleetEventTests {
  @Test func `the events of a member come in order, and the report last`() async {
    var words: [String] = []
    let options = FleetOptions().with { $0.outputEvents = .lines }
    for await event in Fleet.local(1).events(for: .run("echo a; echo b; exit 3"), options: options)
    {
      switch event {
      case .began: words.append("began")
      case .planned(let members): words.append("planned \(members.count)")
      case .started(let member, let attempt): words.append("started \(member.host) \(attempt)")
      case .line(_, let line): words.append(line.text)
      case .ended(let result): words.append("\(result.outcome)")
      case .finished(let report): words.append("finished \(report.status)")
      case .output, .progress, .retrying, .stopped: words.append("?")
      }
    }
    let expected = [
      "began", "planned 1", "started n0 1", "a", "b", "exited with code 3", "finished failed",
    ]
    #expect(words == expected)
  }

  @Test func `a slow reader makes the hosts wait`() async {
    let options = FleetOptions().with { options in
      options.outputEvents = .chunks
      options.keepOutput = .init(head: 0, tail: 0)
    }
    var bytes = 0
    for await event in Fleet.local(2).events(for: .run("yes | head -c 4000000"), options: options) {
      if case .output(_, let chunk) = event {
        bytes += chunk.bytes.count
        await Task.yield()
      }
    }
    #expect(bytes == 8_000_000)
  }

  @Test func `leaving the loop ends what runs`() async {
    let mark = "97.\(UInt32.random(in: 0 ... .max))"
    let options = FleetOptions().with { $0.outputEvents = .lines }
    let action = FleetAction.run("echo on; exec sleep \(mark)")
    for await event in Fleet.local(3).events(for: action, options: options) {
      if case .line = event { break }
    }
    while await Command.shell("pgrep -xf 'sleep \(mark)'").run().outcome.isSuccess {
      await Task.yield()
    }
  }

  @Test func `a cancelled reader still gets the report`() async {
    let task = Task {
      var report: FleetReport?
      for await event in Fleet.local(2).events(for: .run("sleep 30")) {
        if case .finished(let last) = event { report = last }
      }
      return report
    }
    task.cancel()
    #expect(await task.value?.status == .interrupted)
  }
}
