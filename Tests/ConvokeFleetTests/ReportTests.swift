import ConvokeHosts
import ConvokeProcess
import Foundation
import Testing

@testable import ConvokeFleet

@Suite struct ReportTests {
  private func report() -> FleetReport {
    let outcomes: [Outcome] = [
      .exited(0), .exited(1), .timedOut, .unreachable(Failure(.noRoute, "x")), .notStarted("y"),
    ]
    // A time of day that is the same in every time zone of the tests would be in vain: none is.
    let results = outcomes.enumerated().map { rank, outcome in
      var statistics = ProcessStatistics.notStarted(at: Timestamp(seconds: 0))
      statistics.started = rank < 3 ? Timestamp(seconds: 1) : nil
      return FleetResult(
        FleetMember(Host("n\(rank)"), rank: rank),
        ProcessResult(
          command: Command("x"),
          host: nil,
          outcome: outcome,
          stdout: CapturedOutput(head: Array("out\n".utf8)),
          statistics: statistics
        )
      )
    }
    let part = FleetReport(name: "part", results: results)
    let never = FleetReport(name: "a name that is longer than its column is cut", stop: .failedPart)
    return FleetReport(name: "all", parts: [never, part])
  }

  @Test func `the narrow table has two lines of 79 columns for each action`() {
    let expected = """
      Name                            start               end                 total··
      ·length         startd ended  error  timout fkilld expfld wrterr ret!=0 ok·····
      -------------------------------------------------------------------------------
      a name that is longer than its                                           0······
      ················0      0      0      0      0      0      0      0      0······
      part                                                                     5······
      ················3      3      1      1      0      0      0      1      1······
      -------------------------------------------------------------------------------
      Total                                                                    5······
      ················3      3      1      1      0      0      0      1      1······

      """.replacing("·", with: " ")
    let table = self.report().table()
    #expect(table.squeezed == expected.squeezed)
    #expect(table.split(separator: "\n").allSatisfy { $0.count == 79 })
  }

  @Test func `the wide table has one line of 157 columns for each action`() {
    let expected = """
      Name start end length startd ended error timout fkilld expfld wrterr ret!=0 ok total
      \(String(repeating: "-", count: 157))
      a name that is longer than its 0 0 0 0 0 0 0 0 0 0
      part 3 3 1 1 0 0 0 1 1 5
      \(String(repeating: "-", count: 157))
      Total 3 3 1 1 0 0 0 1 1 5

      """
    let table = self.report().table(.wide)
    #expect(table.squeezed == expected.squeezed)
    #expect(table.split(separator: "\n").allSatisfy { $0.count == 157 })
  }

  @Test func `a brief table has the totals alone`() {
    let lines = self.report().table(.wide, isBrief: true).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2].hasPrefix("Total "))
  }

  @Test(arguments: [
    (0.9, "0s"), (59.99, "59s"), (60, "1m0s"), (3600, "1h0m0s"), (90_061, "1d1h1m1s"),
  ]) func `a length of time is told in whole seconds`(seconds: Double, text: String) {
    #expect(TimeText.length(seconds) == text)
  }

  @Test func `the record of a report survives JSON`() throws {
    let record = self.report().record()
    let data = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(FleetReport.Record.self, from: data) == record)
    #expect(record.status == .timedOut)
    #expect(
      record.parts[1].results.map(\.outcome)
        == ["exited", "exited", "timed-out", "unreachable", "not-started"]
    )
    #expect(record.parts[1].results[3].failure == "no-route")
  }

  @Test func `hosts with the same output and outcome are shown once`() async {
    let report = await Fleet.local(4).run("test {rank} -lt 3 && echo same || exit 2")
    #expect(report.groups.map(\.members.count) == [3, 1])
    #expect(
      report.folded == """
        ---------------
        n[0-2] (3)
        ---------------
        same
        ---------------
        n3: exited with code 2
        ---------------

        """
    )
  }
}

extension String {
  /// The text with single spaces and none at the ends of lines.
  fileprivate var squeezed: String {
    self.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").joined(separator: " ") }
      .joined(separator: "\n")
  }
}
