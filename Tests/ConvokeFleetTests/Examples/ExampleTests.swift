import Convoke
import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct ProcessExampleTests {
  private let here = Host("here", transport: .local)

  private let console = """
    read x; printf 'login: '; read user; printf 'Password: '; read password
    printf "$user@x # "; read line; $line; printf "$user@x # "; read x
    """

  @Test func `a local command tells all there is to know`() async {
    let text = await listRootDirectory()
    #expect(text.hasPrefix("exited with code 0\nstdout:\n"))
    #expect(text.contains("etc\n"))
  }

  @Test func `an expected failure does not stop the program`() async throws {
    #expect(try await findMyFiles(in: "/nowhere").isEmpty)
    #expect(try await findMyFiles(in: "/proc/self/fdinfo").count >= 1)
  }

  @Test func `a server is waited for by what it says`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let pipe = folder.path + "/pipe"
      let text = try await receiveOnce(
        .shell("mkfifo \(pipe); echo listening; cat \(pipe)"),
        on: self.here,
        from: .shell("echo 'hi there!' > \(pipe)"),
        on: self.here
      )
      #expect(text == "listening\nhi there!\n")
    }
  }

  @Test func `a console is logged in to`() async throws {
    let answer = try await logIn(
      to: .shell(self.console),
      on: self.here,
      as: "root",
      password: "secret"
    )
    #expect(answer.hasPrefix("Linux\n"))
  }

  @Test func `many consoles are logged in to together`() async throws {
    let answers = try await logInEverywhere(to: self.console, over: .local(3))
    #expect(answers == ["# ", "# ", "# "])
  }
}

@Suite(.timeLimit(.minutes(1))) struct FleetExampleTests {
  @Test func `traffic goes in both directions`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      let report = try await trafficInBothDirections(
        over: .local(2),
        server: "mkfifo \(at)/{host}; echo listening; cat \(at)/{host} | wc -c",
        client: "dd if=/dev/zero bs=50000 count=125 2>/dev/null > \(at)/{targets}"
      )
      #expect(report.isOK)
      let expected = Array(repeating: "listening\n6250000\n", count: 2) + ["", ""]
      #expect(report.results.map(\.result.stdout.text) == expected)
      #expect(report.table().split(separator: "\n").count == 10)
    }
  }

  @Test func `two fan-outs run at once`() async {
    let (left, right) = await twoAtOnce(.local(2), .local(3))
    #expect(left.results.count == 2 && left.isOK)
    #expect(right.results.map(\.result.stdout.text) == ["/tmp\n", "/tmp\n", "/tmp\n"])
  }

  @Test func `six sources talk to three destinations`() async {
    let destinations = (1...3).map { Host("d\($0)") }
    let lines = await mapSourcesToDestinations(.local(6), destinations)
    #expect(lines == ["n0 to d1", "n1 to d2", "n2 to d3", "n3 to d1", "n4 to d2", "n5 to d3"])
  }

  @Test func `each host gets several connections`() async {
    let report = await manyConnections(.local(2), each: 3) { $0[1] }
    #expect(report.results.map(\.host.name) == ["n0", "n0", "n0", "n1", "n1", "n1"])
    #expect(report.results.allSatisfy { $0.result.stdout.text == "n1\n" })
  }

  @Test func `a watcher is stopped when the sender is done`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let pipe = folder.path + "/{host}"
      let report = try await watchedTransfer(
        over: .local(2),
        receive: "mkfifo \(pipe); echo ready; cat \(pipe)",
        watch: "echo watching; exec sleep 60",
        send: "echo sent > \(pipe)"
      )
      #expect(report.isOK)
      #expect(
        report.parts[0].results.map(\.result.stdout.text) == ["ready\nsent\n", "ready\nsent\n"]
      )
      #expect(
        report.parts[1].results.map(\.outcome) == [.signalled(.terminate), .signalled(.terminate)]
      )
    }
  }

  @Test func `a host that does not answer does not keep the others`() async throws {
    let answers = try await Fleet.local(2).start("test {rank} = 0 || echo yes; sleep 20") { fleet in
      await fleet.expect("yes", within: .milliseconds(300))
    }
    #expect(throws: ProcessError.self) { try answers[0].get() }
    #expect(try answers[1].get().text == "yes")
  }
}
